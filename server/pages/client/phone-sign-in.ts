import { type PublicKeyCredentialRequestOptionsJSON, startAuthentication } from '@simplewebauthn/browser';
import { runCeremony } from './ceremony-page.ts';
import { ownKeys } from './own-keys.ts';
import { marked } from './page.ts';

/** Signing in with a key that is there already: get(). */
export function phoneSignIn(main: HTMLElement): void {
  const base = main.dataset['base'] ?? '';
  runCeremony<PublicKeyCredentialRequestOptionsJSON>(main, {
    button: marked<HTMLButtonElement>(main, 'ceremony'),
    paths: {
      options: `${base}/options`,
      attempt: `${base}/attempt`,
      answer: `${base}/answer`,
      problem: `${base}/problem`,
    },
    asking: () => ({ keys: ownKeys() }),
    home: base,
    start: (optionsJSON) => startAuthentication({ optionsJSON }),
  });
}
