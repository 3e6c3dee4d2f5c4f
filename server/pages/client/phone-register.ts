import { type PublicKeyCredentialCreationOptionsJSON, startRegistration } from '@simplewebauthn/browser';
import { runCeremony } from './ceremony-page.ts';
import { rememberKey } from './own-keys.ts';
import { marked } from './page.ts';

/** Manual (9) and (10): create(). */
export function phoneRegister(main: HTMLElement): void {
  runCeremony<PublicKeyCredentialCreationOptionsJSON>(main, {
    button: marked<HTMLButtonElement>(main, 'register'),
    paths: {
      options: '/phone/options',
      attempt: '/phone/attempt',
      answer: '/phone/registration',
      problem: '/phone/problem',
    },
    home: '/phone/register',
    start: async (optionsJSON) => {
      const made = await startRegistration({ optionsJSON });
      rememberKey(made.id);
      return made;
    },
  });
}
