import { type PublicKeyCredentialCreationOptionsJSON, startRegistration } from '@simplewebauthn/browser';
import { runCeremony } from './ceremony-page.ts';
import { marked } from './page.ts';

/** An operator makes a passkey: create(). */
export function operatorEnrol(main: HTMLElement): void {
  const base = main.dataset['base'] ?? '';
  runCeremony<PublicKeyCredentialCreationOptionsJSON>(main, {
    button: marked<HTMLButtonElement>(main, 'ceremony'),
    paths: {
      options: `${base}/options`,
      attempt: `${base}/attempt`,
      answer: `${base}/answer`,
      problem: `${base}/problem`,
    },
    home: base,
    start: (optionsJSON) => startRegistration({ optionsJSON }),
  });
}
