import { browserSupportsWebAuthn } from '@simplewebauthn/browser';
import { browserAdvice } from './in-app-browser.ts';

/**
 * Says what is missing on this device, in the notes that the page has for it, before the person taps. Names of browsers
 * never block, and browsers answer wrongly in both directions whether there is a fingerprint; only one without WebAuthn
 * cannot go on: what needs it is hidden. Resolves to whether there is a platform authenticator, null when unknown.
 */
export async function checkPhone(main: HTMLElement): Promise<boolean | null> {
  const note = (name: string) => main.querySelector<HTMLElement>(`[data-${name}]`);
  const show = (name: string) => {
    const shown = note(name);
    if (shown) shown.hidden = false;
  };
  show(browserAdvice(navigator.userAgent));
  if (!browserSupportsWebAuthn()) {
    show('unsupported');
    const needing = note('needs-webauthn');
    if (needing) needing.hidden = true;
    return null;
  }
  try {
    const available = await PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable();
    if (!available) show('unavailable');
    return available;
  } catch {
    return null;
  }
}

/** What the server is told of a browser without WebAuthn. */
export const withoutWebAuthn = {
  name: 'TypeError',
  milliseconds: 0,
  webauthn: false,
  platformAuthenticator: null,
} as const;
