import {
  browserSupportsWebAuthn,
  type PublicKeyCredentialCreationOptionsJSON,
  type RegistrationResponseJSON,
  startRegistration,
} from '@simplewebauthn/browser';
import { goTo, marked, reloadWhenBroughtBack } from './page.ts';
import { nextOf, post } from './post.ts';

/** Options are renewed before their challenge ends (ceremony.ts). Milliseconds. */
const renewAfter = 4 * 60_000;
const retryAfter = 3_000;

type State = 'preparing' | 'ready' | 'busy' | 'sending';

/**
 * Manual (9) and (10). The options are there before the tap, and create() is called within it: Safari takes it for
 * the person's own doing only then.
 */
export function phoneRegister(main: HTMLElement): void {
  reloadWhenBroughtBack();
  const button = marked<HTMLButtonElement>(main, 'register');
  const stateText = marked(main, 'state');
  const offline = marked(main, 'offline');
  let options: PublicKeyCredentialCreationOptionsJSON | undefined;
  let platformAuthenticator: boolean | null = null;
  let timer = 0;

  const show = (state: State) => {
    button.disabled = state !== 'ready';
    stateText.textContent = state === 'ready' ? '' : (stateText.dataset[state] ?? '');
  };

  const prepare = async () => {
    window.clearTimeout(timer);
    try {
      const answer = await post('/phone/options', {});
      const next = nextOf(answer);
      if (next !== undefined) return goTo(next);
      options = answer.body as PublicKeyCredentialCreationOptionsJSON;
      show('ready');
      timer = window.setTimeout(prepare, renewAfter);
    } catch {
      offline.hidden = false;
      timer = window.setTimeout(prepare, retryAfter);
    }
  };

  const register = async () => {
    const optionsJSON = options;
    if (!optionsJSON) return;
    options = undefined;
    window.clearTimeout(timer);
    const started = performance.now();
    const ceremony = startRegistration({ optionsJSON });
    show('busy');
    offline.hidden = true;
    // The PC's page stops showing an earlier failure. Its own failure does not matter.
    post('/phone/attempt', {}).catch(() => undefined);
    let response: RegistrationResponseJSON;
    try {
      response = await ceremony;
    } catch (error) {
      await send('/phone/problem', {
        name: nameOf(error),
        milliseconds: Math.round(performance.now() - started),
        webauthn: browserSupportsWebAuthn(),
        platformAuthenticator,
      });
      return;
    }
    await send('/phone/registration', response);
  };

  // What the phone made must not be lost to a moment without network: the same answer is sent until it arrives.
  const send = async (path: string, body: unknown): Promise<void> => {
    show('sending');
    try {
      const next = nextOf(await post(path, body));
      goTo(next ?? '/phone/register');
    } catch {
      offline.hidden = false;
      window.setTimeout(() => void send(path, body), retryAfter);
    }
  };

  button.addEventListener('click', () => void register());
  void checkPhone(main).then((available) => {
    platformAuthenticator = available;
  });
  if (browserSupportsWebAuthn()) void prepare();
  else {
    show('preparing');
    stateText.textContent = '';
    void post('/phone/problem', {
      name: 'TypeError',
      milliseconds: 0,
      webauthn: false,
      platformAuthenticator: null,
    }).catch(() => undefined);
  }
}

/** Says what is missing before the person taps. Never blocks: browsers answer this wrongly in both directions. */
async function checkPhone(main: HTMLElement): Promise<boolean | null> {
  if (!browserSupportsWebAuthn()) {
    marked(main, 'unsupported').hidden = false;
    return null;
  }
  try {
    const available = await PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable();
    marked(main, 'unavailable').hidden = available;
    return available;
  } catch {
    return null;
  }
}

/** The DOMException behind the library's error, by name. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return (error.cause instanceof Error ? error.cause.name : error.name).slice(0, 64);
}
