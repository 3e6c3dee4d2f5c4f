import type { Readable, Writable } from 'node:stream';
import type { Reader } from '../../../common/protocol/index.ts';
import { openMessagePort } from '../../messaging/message-port.ts';
import { collectGarbage, withoutCompilers } from '../../v8-options.ts';
import { openCardPort } from '../backends/open.ts';
import { ReadingCalledOff } from '../exchange.ts';
import type { CardPort } from '../port.ts';
import { type ReadProfile, readCard } from '../read-card.ts';
import { type CardCommand, parseCardCommand } from './commands.ts';
import { endWithParent } from './end-with-parent.ts';
import type { CardEvent } from './events.ts';

/** Milliseconds to wait for another program's transaction before the card is called exclusive. */
const transactionMs = 1500;
/** Milliseconds in which a pull that broke a command shows up as a removal. */
const removalMs = 600;
/** After so many readings their garbage is collected, which V8 would leave for long. */
const readingsToCollect = 100;

/**
 * The card process: owns PC/SC, watches, reads on command, and can be ended with SIGKILL at any moment without
 * loss. It ends itself, the same way, when the host's end of the pipe closes.
 */
export function runCardProcess(input: Readable, output: Writable): void {
  const ready = endWithParent();
  const watched = new WatchedReaders();
  let calledOff = new AbortController();
  let port: CardPort | undefined;
  let readings = 0;

  const messages = openMessagePort(input, output, {
    message(value) {
      const command = parseCardCommand(value);
      if (command.type === 'read') void answer(command);
      else {
        calledOff.abort();
        calledOff = new AbortController();
      }
    },
    malformed(detail) {
      throw new Error(detail);
    },
  });
  const send = (event: CardEvent) => messages.send(event);
  void messages.closed.then(() => process.kill(process.pid, 'SIGKILL'));

  void ready.then(async () => {
    try {
      port = await openCardPort();
    } catch (error) {
      process.stderr.write(`hpki-navi-host: ${error instanceof Error ? error.message : String(error)}\n`);
      return send({ type: 'service', state: 'absent' });
    }
    port.watch((event) => {
      if (event.type === 'readers') watched.update(event.readers);
      else if (event.state !== 'running') watched.update([]);
      send(event);
    });
    withoutCompilers();
  });

  async function answer({ id, reader, insertion, atr }: CardCommand & { type: 'read' }): Promise<void> {
    try {
      if (!port) throw new Error('PC/SC is not open');
      const reading = readCard({
        port,
        reader,
        insertion,
        atr,
        readProfile,
        calledOff: calledOff.signal,
        transactionMs,
        removedMeanwhile: () => watched.gone(reader, insertion, removalMs),
        onReleased: () => send({ type: 'released', reader }),
      });
      void loadProfileReader(); // while the card is busy: a slow card hides the time it takes
      const facts = await reading;
      send({ type: 'read', id, outcome: { result: 'facts', facts } });
    } catch (error) {
      const outcome =
        error instanceof ReadingCalledOff
          ? ({ result: 'called-off' } as const)
          : ({ result: 'failed', detail: String(error).slice(0, 500) } as const);
      send({ type: 'read', id, outcome });
    }
    readings += 1;
    if (readings % readingsToCollect === 0) collectGarbage();
  }
}

/** The X.509 reader is large: it is not there before the first card. */
const loadProfileReader = () => import('../read-profile.ts');
const readProfile: ReadProfile = async (der) => (await loadProfileReader()).readProfile(der);

/** The newest reader list, and what comes of it. */
class WatchedReaders {
  #readers: Reader[] = [];
  #waiting = new Set<() => void>();

  update(readers: Reader[]): void {
    this.#readers = readers;
    for (const wake of this.#waiting) wake();
  }

  /** Whether this insertion is over, now or within `ms`. */
  async gone(name: string, insertion: number, ms: number): Promise<boolean> {
    const over = () => {
      const reader = this.#readers.find((candidate) => candidate.name === name);
      return reader === undefined || reader.state === 'empty' || reader.insertion !== insertion;
    };
    if (over()) return true;
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = () => {
      if (over()) resolve();
    };
    const timer = setTimeout(resolve, ms);
    this.#waiting.add(wake);
    await promise;
    clearTimeout(timer);
    this.#waiting.delete(wake);
    return over();
  }
}
