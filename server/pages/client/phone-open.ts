import { inAppBrowserOf, outsideAddress } from './in-app-browser.ts';
import { goTo, marked } from './page.ts';
import { nextOf, post } from './post.ts';

/** Where the QR code leads: takes the secret out of the address and shows it to the server. Manual (7) to (8). */
export function phoneOpen(main: HTMLElement): void {
  const address = new URL(location.href);
  const secret = address.hash.slice(1);
  const inApp = marked(main, 'in-app');
  const checking = marked(main, 'checking');

  const inAppBrowser = inAppBrowserOf(navigator.userAgent);
  if (inAppBrowser) {
    checking.hidden = true;
    if (inAppBrowser.app !== null) {
      const title = marked(main, 'in-app-title');
      title.textContent = (title.dataset['named'] ?? '').replace('%', inAppBrowser.app);
    }
    inApp.hidden = false;
    offerWayOut(main, address);
    marked(main, 'anyway').addEventListener('click', () => {
      inApp.hidden = true;
      checking.hidden = false;
      void open(main, secret);
    });
    return;
  }
  void open(main, secret);
}

async function open(main: HTMLElement, secret: string): Promise<void> {
  // Without its cookie the phone would be told to scan again, again and again.
  if (!navigator.cookieEnabled) {
    marked(main, 'checking').hidden = true;
    marked(main, 'no-cookies').hidden = false;
    return;
  }
  const offline = marked(main, 'offline');
  offline.hidden = true;
  marked(main, 'checking').hidden = false;
  try {
    const next = nextOf(await post('/phone/open', { secret }));
    // The secret goes from the address and from the history; the cookie now stands for it.
    history.replaceState(null, '', '/phone');
    goTo(next ?? '/phone/stopped/qr-unknown');
  } catch {
    marked(main, 'checking').hidden = true;
    offline.hidden = false;
    marked(main, 'retry').onclick = () => void open(main, secret);
  }
}

function offerWayOut(main: HTMLElement, address: URL): void {
  const outside = outsideAddress(navigator.userAgent, address);
  if (outside !== undefined) {
    marked<HTMLAnchorElement>(main, 'outside-link').href = outside;
    marked(main, 'outside').hidden = false;
  }
  marked(main, 'copy').addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(address.href);
      marked(main, 'copied').hidden = false;
    } catch {
      // Web views may forbid it: the address can be copied by hand.
      const field = marked<HTMLInputElement>(main, 'address');
      field.value = address.href;
      marked(main, 'by-hand').hidden = false;
      field.select();
    }
  });
}
