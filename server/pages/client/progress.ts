import type { Progress } from '../../ticket/progress.ts';
import { isLanguage, timeLeft } from '../language.ts';
import { goTo, marked, reloadWhenBroughtBack } from './page.ts';

type Status = Progress['status'];

const ends: readonly Status[] = ['done', 'taken', 'expired', 'cancelled'];
/** The phone has the QR code for itself: nobody else needs to see it. */
const scanned: readonly Status[] = ['logged-in', 'proving', 'registered', 'confirmed'];

/** The server says something every ten seconds (ticket/event-stream.ts): after so much silence the stream is held up. Milliseconds. */
const longestSilence = 15_000;
/** The stream tells by itself that the time is over, a little after it is. */
const grace = 3_000;
const tryAgainAfter = 3_000;
const longestAnswer = 10_000;

/** The PC's page while the phone is at work, manual (7) to (13): follows the server's events and shows the time left. */
export function progress(main: HTMLElement): void {
  reloadWhenBroughtBack();
  const connection = marked(main, 'connection');
  const leftText = marked(main, 'left');
  let deadline = performance.now() + Number(main.dataset['left']);
  let heard = performance.now();
  let notBefore = 0;
  let asking = false;

  const hear = () => {
    heard = performance.now();
    connection.hidden = true;
  };
  const listen = (): EventSource => {
    const stream = new EventSource(main.dataset['events'] ?? '');
    stream.addEventListener('open', hear);
    stream.addEventListener('alive', hear);
    stream.addEventListener('error', () => {
      connection.hidden = false;
      if (stream.readyState !== EventSource.CLOSED) return;
      // A server that refuses, or an ended session: the page itself knows more.
      heard = Number.NEGATIVE_INFINITY;
      notBefore = performance.now() + tryAgainAfter;
    });
    stream.addEventListener('progress', (event) => {
      const now = JSON.parse(event.data as string) as Progress;
      hear();
      deadline = performance.now() + now.left;
      if (ends.includes(now.status)) {
        stream.close();
        goTo(main.dataset['next'] ?? '/');
        return;
      }
      show(main, now);
    });
    return stream;
  };
  let events = listen();

  /** What holds the stream up may let the page through: proxies and virus scanners wait for the end of an answer. */
  const ask = async () => {
    asking = true;
    const page = await pageNow(main);
    if (page === 'unreachable') {
      connection.hidden = false;
      notBefore = performance.now() + tryAgainAfter;
    } else if (page === null || page.state !== stateOf(main)) {
      // Still asking: nothing more is asked while the new page comes.
      location.reload();
      return;
    } else {
      hear();
      deadline = performance.now() + page.left;
      events.close();
      events = listen();
    }
    asking = false;
  };

  showStatus(main, main.dataset['status'] as Status);
  const tick = () => {
    const now = performance.now();
    const { language } = document.body.dataset;
    leftText.textContent = timeLeft(deadline - now, isLanguage(language) ? language : 'ja');
    const late = now >= heard + longestSilence || now >= deadline + grace;
    if (late && now >= notBefore && !asking) void ask();
  };
  window.setInterval(tick, 1000);
  tick();
}

/** How things stand on the page that the server would send now. */
interface PageNow {
  state: string;
  left: number;
}

/**
 * Asks the server for this page; null when it sends another one. A server that is not itself is unreachable: going there
 * would leave the person on a proxy's error page.
 */
async function pageNow(main: HTMLElement): Promise<PageNow | null | 'unreachable'> {
  const stop = new AbortController();
  const timer = window.setTimeout(() => stop.abort(), longestAnswer);
  try {
    const { pathname, search } = location;
    const answer = await fetch(pathname + search, {
      cache: 'no-store',
      credentials: 'same-origin',
      redirect: 'manual',
      signal: stop.signal,
    });
    if (answer.status >= 500 || answer.status === 429) return 'unreachable';
    // Read as text: the pages' policy allows no script to make elements of it.
    const page = await answer.text();
    const data = (name: string) => new RegExp(` data-${name}="([^"]*)"`).exec(page)?.[1];
    if (data('script') !== 'progress' || !page.includes(qrOf(main))) return null;
    return { state: `${data('status')} ${data('code')}`, left: Number(data('left')) };
  } catch {
    return 'unreachable';
  } finally {
    window.clearTimeout(timer);
  }
}

/** Another QR code at the same address: made in another tab, perhaps for another person. */
function qrOf(main: HTMLElement): string {
  return main.querySelector('.qr path[stroke]')?.getAttribute('d') ?? '';
}

const stateOf = ({ dataset }: HTMLElement) => `${dataset['status']} ${dataset['code']}`;

function show(main: HTMLElement, { status, headline, problem }: Progress): void {
  showStatus(main, status);
  main.dataset['code'] = problem?.code ?? '';
  setText(marked(main, 'headline'), headline);
  marked(main, 'problem').hidden = problem === null;
  setText(marked(main, 'problem-title'), problem?.title ?? '');
  setText(marked(main, 'problem-cause'), problem?.cause ?? '');
  setText(marked(main, 'problem-remedy'), problem?.remedy ?? '');
}

/** Screen readers repeat a live region whenever it is written, so it is written only when it changes. */
function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

function showStatus(main: HTMLElement, status: Status): void {
  main.dataset['status'] = status;
  const taken = scanned.includes(status);
  main.classList.toggle('scanned', taken);
  const title = marked(main, 'title');
  setText(title, title.dataset[taken ? 'scanned' : 'waiting'] ?? '');
  const leftLabel = marked(main, 'left-label');
  setText(leftLabel, leftLabel.dataset[taken ? 'scanned' : 'waiting'] ?? '');
  const how = main.querySelector<HTMLElement>('[data-how]');
  if (how) how.hidden = status !== 'waiting';
  marked(main, 'renew').hidden = status === 'waiting' || status === 'registered';
  let reached = false;
  for (const phase of main.querySelectorAll<HTMLElement>('[data-phase]')) {
    const current = phase.dataset['phase'] === status;
    if (current) {
      phase.setAttribute('aria-current', 'step');
      reached = true;
    } else phase.removeAttribute('aria-current');
    phase.classList.toggle('past', !reached);
  }
}
