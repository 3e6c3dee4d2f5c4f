import { isSea } from 'node:sea';
import { Desk, type DeskEvents } from './card/desk.ts';
import { CardProcess } from './card/process/supervisor.ts';

/** Milliseconds for one card: a slow card takes about one second, a stuck one any time. */
const readMs = 8000;

/**
 * V8 options of the card process, which does little and lives as long as the browser: a small heap and no
 * optimising compilers keep it within one and a half times a bare Node, also after hundreds of cards.
 */
const smallHeap = [
  '--max-semi-space-size=1',
  '--max-old-space-size=32',
  '--no-opt',
  '--no-maglev',
  '--no-sparkplug',
];

export interface CardDesk {
  desk: Desk;
  /** Starts the card process, and with it the watch. */
  start(): void;
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
  return { desk, start: () => cards.start(), end: () => cards.end() };
}

/** A desk that is asked once and tells nothing by itself. Its card process is started at once. */
export function startQuietDesk(): CardDesk {
  const nothing = () => undefined;
  const cards = openCardDesk({ service: nothing, readers: nothing, card: nothing });
  cards.start();
  return cards;
}

/** What starts this very program once more, in another part. The single executable of the Windows packages is all of it. */
export function ownCommand(argument: 'card-process' | 'looking-process'): [string, ...string[]] {
  if (isSea()) return [process.execPath, argument];
  const script = process.argv[1];
  if (script === undefined) throw new Error('the program does not know its own path');
  return [process.execPath, ...process.execArgv, ...smallHeap, script, argument];
}
