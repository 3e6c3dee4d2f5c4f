import { goTo, reloadWhenBroughtBack } from './page.ts';

/** Pages that only have to stay true: no stale copies, one submission, no extra steps for the back button. */
export function phonePage(main: HTMLElement): void {
  reloadWhenBroughtBack();
  const form = main.querySelector('form');
  form?.addEventListener('submit', (event) => {
    if (form.dataset['sent'] !== undefined) event.preventDefault();
    form.dataset['sent'] = '';
  });
  for (const link of main.querySelectorAll<HTMLAnchorElement>('a[data-replace]')) {
    link.addEventListener('click', (event) => {
      event.preventDefault();
      goTo(link.getAttribute('href') ?? '/phone');
    });
  }
}
