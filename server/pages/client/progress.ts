import type { Progress } from '../../ticket/progress.ts';
import { isLanguage, timeLeft } from '../language.ts';
import { goTo, marked, reloadWhenBroughtBack } from './page.ts';

type Status = Progress['status'];

const ends: readonly Status[] = ['done', 'taken', 'expired', 'cancelled'];
/** The phone has the QR code for itself: nobody else needs to see it. */
const scanned: readonly Status[] = ['logged-in', 'proving', 'registered', 'confirmed'];

/** The PC's page while the phone is at work, manual (7) to (13): follows the server's events and shows the time left. */
export function progress(main: HTMLElement): void {
  reloadWhenBroughtBack();
  const connection = marked(main, 'connection');
  const leftText = marked(main, 'left');
  let deadline = performance.now() + Number(main.dataset['left']);

  const events = new EventSource(main.dataset['events'] ?? '');
  events.addEventListener('open', () => {
    connection.hidden = true;
  });
  events.addEventListener('error', () => {
    connection.hidden = false;
    // A server that refuses for good, or an ended session: the page itself knows more.
    if (events.readyState === EventSource.CLOSED) window.setTimeout(() => location.reload(), 3_000);
  });
  events.addEventListener('progress', (event) => {
    const now = JSON.parse(event.data as string) as Progress;
    deadline = performance.now() + now.left;
    if (ends.includes(now.status)) {
      events.close();
      goTo(main.dataset['next'] ?? '/');
      return;
    }
    show(main, now);
  });

  showStatus(main, main.dataset['status'] as Status);
  const tick = () => {
    const { language } = document.body.dataset;
    leftText.textContent = timeLeft(deadline - performance.now(), isLanguage(language) ? language : 'ja');
  };
  window.setInterval(tick, 1000);
  tick();
}

function show(main: HTMLElement, { status, headline, problem }: Progress): void {
  showStatus(main, status);
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
  const taken = scanned.includes(status);
  main.classList.toggle('scanned', taken);
  const title = marked(main, 'title');
  setText(title, title.dataset[taken ? 'scanned' : 'waiting'] ?? '');
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
