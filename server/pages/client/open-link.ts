import { goTo, marked } from './page.ts';
import { nextOf, post } from './post.ts';

/** Takes the secret out of a link's fragment and shows it to the server. */
export function openLink(main: HTMLElement): void {
  const secret = location.hash.slice(1);
  post(main.dataset['target'] ?? '', { secret }).then(
    (answer) => {
      history.replaceState(null, '', location.pathname);
      goTo(nextOf(answer) ?? main.dataset['lost'] ?? '/');
    },
    () => {
      marked(main, 'offline').hidden = false;
    },
  );
}
