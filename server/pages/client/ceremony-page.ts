import { browserSupportsWebAuthn } from '@simplewebauthn/browser';
import { checkPhone, withoutWebAuthn } from './check-phone.ts';
import { inAppBrowserOf } from './in-app-browser.ts';
import { goTo, marked, reloadWhenBroughtBack } from './page.ts';
import { nextOf, post } from './post.ts';

/** Options are renewed before their challenge ends (webauthn/challenges.ts). Milliseconds. */
const renewAfter = 4 * 60_000;
const retryAfter = 3_000;

type State = 'preparing' | 'ready' | 'busy' | 'sending';

/** A page with one button that starts a WebAuthn ceremony. */
export interface CeremonyPage<Options> {
  button: HTMLButtonElement;
  paths: { options: string; attempt: string; answer: string; problem: string };
  /** What the options are asked for with. */
  asking?: () => object;
  /** Where to go when the server does not say. */
  home: string;
  /** Called within the tap, with options that are there already: Safari takes it for the person's own doing only then. */
  start(options: Options): Promise<unknown>;
}

/** Runs the ceremony of a page: options before the tap, the answer or the failure to the server, then on. */
export function runCeremony<Options>(main: HTMLElement, page: CeremonyPage<Options>): void {
  reloadWhenBroughtBack();
  const { button, paths } = page;
  const stateText = marked(main, 'state');
  const offline = marked(main, 'offline');
  let options: Options | undefined;
  let platformAuthenticator: boolean | null = null;
  let timer = 0;
  /** From the tap on nothing is prepared: what comes late must not offer the button again. */
  let running = false;

  const show = (state: State) => {
    button.disabled = state !== 'ready';
    stateText.textContent = state === 'ready' ? '' : (stateText.dataset[state] ?? '');
  };

  const prepare = async () => {
    window.clearTimeout(timer);
    try {
      const answer = await post(paths.options, page.asking?.() ?? {});
      if (running) return;
      const next = nextOf(answer);
      if (next !== undefined) return goTo(next);
      options = answer.body as Options;
      offline.hidden = true;
      show('ready');
      timer = window.setTimeout(prepare, renewAfter);
    } catch {
      if (running) return;
      offline.hidden = false;
      timer = window.setTimeout(prepare, retryAfter);
    }
  };

  /**
   * Another tab of this phone may have registered meanwhile. Options from before do not exclude the key it made, and the
   * phone would put the new one in its place (WebAuthn Level 3, 6.3.2): then neither here nor there it could sign in.
   */
  const prepareAgain = (delay: number) => {
    if (running) return;
    options = undefined;
    show('preparing');
    window.clearTimeout(timer);
    timer = window.setTimeout(prepare, delay);
  };

  const run = async () => {
    const prepared = options;
    if (!prepared || running) return;
    running = true;
    options = undefined;
    window.clearTimeout(timer);
    const started = performance.now();
    const ceremony = page.start(prepared);
    show('busy');
    offline.hidden = true;
    // The PC's page stops showing an earlier failure. Its own failure does not matter.
    post(paths.attempt, {}).catch(() => undefined);
    let response: unknown;
    try {
      response = await ceremony;
    } catch (error) {
      await send(paths.problem, {
        name: nameOf(error),
        milliseconds: Math.round(performance.now() - started),
        webauthn: browserSupportsWebAuthn(),
        platformAuthenticator,
        inApp: inAppBrowserOf(navigator.userAgent) !== undefined,
      });
      return;
    }
    await send(paths.answer, response);
  };

  // What the phone made must not be lost to a moment without network: the same answer is sent until it arrives.
  const send = async (path: string, body: unknown): Promise<void> => {
    show('sending');
    try {
      const next = nextOf(await post(path, body));
      goTo(next ?? page.home);
    } catch {
      offline.hidden = false;
      window.setTimeout(() => void send(path, body), retryAfter);
    }
  };

  button.addEventListener('click', () => void run());
  void checkPhone(main).then((available) => {
    platformAuthenticator = available;
  });
  if (browserSupportsWebAuthn()) {
    void prepare();
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) prepareAgain(0);
    });
    // A key was made (own-keys.ts); the server is about to be told.
    window.addEventListener('storage', () => prepareAgain(retryAfter));
  } else {
    show('preparing');
    stateText.textContent = '';
    void post(paths.problem, withoutWebAuthn).catch(() => undefined);
  }
}

/** The DOMException behind the library's error, by name. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return (error.cause instanceof Error ? error.cause.name : error.name).slice(0, 64);
}
