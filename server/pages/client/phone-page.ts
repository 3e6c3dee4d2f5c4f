import { browserSupportsWebAuthn } from '@simplewebauthn/browser';
import { checkPhone, withoutWebAuthn } from './check-phone.ts';
import { goTo, reloadWhenBroughtBack } from './page.ts';
import { post } from './post.ts';

/** Milliseconds in which a second tap is one by mistake. */
const sendAgainAfter = 5_000;

/** Pages that only have to stay true: no stale copies, one submission, no extra steps for the back button. */
export function phonePage(main: HTMLElement): void {
  reloadWhenBroughtBack();
  // Most of these pages need nothing of the phone but to be read.
  if (main.querySelector('[data-needs-webauthn]')) void checkPhone(main);
  // The PC says so as well, while its QR code can still be read with another browser.
  const { problem } = main.dataset;
  if (problem !== undefined && !browserSupportsWebAuthn()) {
    post(problem, withoutWebAuthn).catch(() => undefined);
  }
  const form = main.querySelector('form');
  form?.addEventListener('submit', (event) => {
    if (form.dataset['sent'] !== undefined) event.preventDefault();
    form.dataset['sent'] = '';
    // Whoever stopped the page from loading can send it again.
    window.setTimeout(() => delete form.dataset['sent'], sendAgainAfter);
  });
  for (const link of main.querySelectorAll<HTMLAnchorElement>('a[data-replace]')) {
    link.addEventListener('click', (event) => {
      event.preventDefault();
      goTo(link.getAttribute('href') ?? '/phone');
    });
  }
}
