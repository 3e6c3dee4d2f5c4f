import { Desk, type DeskEvents } from './card/desk.ts';
import { CardProcess } from './card/process/supervisor.ts';
import { ownCommand } from './own-command.ts';
import type { StartedProcess } from './start-process.ts';

/** Milliseconds for one card: a slow card takes about one second, a stuck one any time. */
const readMs = 8000;

export interface CardDesk {
  desk: Desk;
  /** Starts the card process, and with it the watch. */
  start(started?: StartedProcess): void;
  /** Ends the card process at once, whatever hangs in it. */
  end(): void;
}

/** The desk with its card process: this very program, started once more. */
export function openCardDesk(events: DeskEvents): CardDesk {
  const cards = new CardProcess({
    command: ownCommand('card-process'),
    readMs: Number(process.env['HPKI_NAVI_READ_MS']) || readMs,
    onWatch: (event) => desk.note(event),
    onReleased: (reader) => desk.released(reader),
    onFailing: () => desk.note({ type: 'service', state: 'failed' }),
  });
  const desk = new Desk(cards, events);
  return { desk, start: (started) => cards.start(started), end: () => cards.end() };
}

/** A desk that is asked once and tells nothing by itself. Its card process is started at once, or was `started` before. */
export function startQuietDesk(started?: StartedProcess): CardDesk {
  const nothing = () => undefined;
  const cards = openCardDesk({ service: nothing, readers: nothing, card: nothing });
  cards.start(started);
  cards.desk.begin();
  return cards;
}
