/** The element marked `data-NAME` inside `main`. The server's page always has it. */
export function marked<T extends HTMLElement>(main: HTMLElement, name: string): T {
  const element = main.querySelector<T>(`[data-${name}]`);
  if (!element) throw new Error(`the page lacks data-${name}`);
  return element;
}

/** Goes to another page without leaving this one behind for the back button. Own pages only. */
export function goTo(path: string): void {
  const url = new URL(path, location.origin);
  if (url.origin === location.origin) location.replace(url.href);
}

/** A page that the browser brings back from its memory shows how things were, not how they are: ask again. */
export function reloadWhenBroughtBack(): void {
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) location.reload();
  });
}
