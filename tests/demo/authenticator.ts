import type { CDPSession, Page } from 'puppeteer-core';

export interface AuthenticatorOptions {
  /** What the sensor says at first. */
  userVerification?: boolean;
  transport?: 'internal' | 'usb';
  residentKeys?: boolean;
}

/** Gives a page a virtual authenticator, which answers by itself. It lasts as long as the session. */
export async function addAuthenticator(
  page: Page,
  options: AuthenticatorOptions = {},
): Promise<{ devTools: CDPSession; authenticatorId: string }> {
  const devTools = await page.createCDPSession();
  await devTools.send('WebAuthn.enable');
  const { authenticatorId } = await devTools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: options.transport ?? 'internal',
      hasResidentKey: options.residentKeys ?? true,
      hasUserVerification: true,
      isUserVerified: options.userVerification ?? true,
      automaticPresenceSimulation: true,
    },
  });
  return { devTools, authenticatorId };
}
