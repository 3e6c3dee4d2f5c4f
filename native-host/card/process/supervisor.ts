import type { CardFacts, Reader } from '../../../common/protocol/index.ts';
import { type MessagePort, openMessagePort } from '../../messaging/message-port.ts';
import type { StartedProcess } from '../../start-process.ts';
import type { WatchEvent } from '../port.ts';
import type { CardCommand } from './commands.ts';
import { parseCardEvent } from './events.ts';
import { startCardProcess } from './start.ts';

export interface CardProcessOptions {
  /** Program and arguments that start a card process. */
  command: readonly [string, ...string[]];
  /** Milliseconds a reading may take before its process is ended. */
  readMs: number;
  onWatch: (event: WatchEvent) => void;
  /** Another program let go of a card that was given up on as exclusive. */
  onReleased: (reader: string) => void;
  /** The card process keeps ending by itself: nothing can be observed for now. */
  onFailing: () => void;
}

interface Reading {
  reader: Pick<Reader, 'name' | 'insertion' | 'atr'>;
  settle: (facts: CardFacts | undefined) => void;
  timer: NodeJS.Timeout;
  start: number;
}

/** Milliseconds before a process that ended by itself is started again, growing with each time in a row. */
const restartMs = [0, 200, 1000, 5000, 30_000];
/** A process that lived longer than this many milliseconds was healthy. */
const healthyMs = 10_000;

/**
 * Starts the card process, gives each reading a deadline, and ends the process with SIGKILL when a card or the
 * service hangs. A stuck reading does not hurt the others: the process is ended once they are through.
 */
export class CardProcess {
  readonly #options: CardProcessOptions;
  readonly #readings = new Map<number, Reading>();
  #child: StartedProcess | undefined;
  #port: MessagePort | undefined;
  #nextId = 1;
  #startedAt = 0;
  #failures = 0;
  #stuck = false;
  #ended = false;
  #restart: NodeJS.Timeout | undefined;

  constructor(options: CardProcessOptions) {
    this.#options = options;
  }

  /** `started`: one that was started with the same command already. */
  start(started?: StartedProcess): void {
    if (this.#child || this.#ended) return;
    const child = started ?? startCardProcess(this.#options.command);
    this.#child = child;
    this.#startedAt = performance.now();
    this.#port = openMessagePort(child.stdout, child.stdin, {
      message: (value) => this.#event(child, value),
      malformed: () => child.kill('SIGKILL'),
    });
    child.once('exit', () => this.#exited(child));
    child.once('error', () => this.#exited(child));
  }

  /** Reads the card in this reader once. Undefined when it was called off. Never rejects. */
  read(reader: Reading['reader']): Promise<CardFacts | undefined> {
    this.start();
    const id = this.#nextId++;
    const { promise, resolve } = Promise.withResolvers<CardFacts | undefined>();
    const timer = setTimeout(() => this.#overdue(id), this.#options.readMs);
    this.#readings.set(id, { reader, settle: resolve, timer, start: performance.now() });
    this.#send({ type: 'read', id, reader: reader.name, insertion: reader.insertion, atr: reader.atr });
    return promise;
  }

  /** No further command goes to any card; readings under way end as called off. */
  callOff(): void {
    if (this.#child) this.#send({ type: 'call-off' });
  }

  /** Ends the card process for good. */
  end(): void {
    this.#ended = true;
    clearTimeout(this.#restart);
    this.#child?.kill('SIGKILL');
    for (const id of [...this.#readings.keys()]) this.#settle(id, undefined);
  }

  #send(command: CardCommand): void {
    this.#port?.send(command);
  }

  #event(child: StartedProcess, value: unknown): void {
    if (child !== this.#child) return;
    let event: ReturnType<typeof parseCardEvent>;
    try {
      event = parseCardEvent(value);
    } catch {
      child.kill('SIGKILL');
      return;
    }
    switch (event.type) {
      case 'service':
      case 'readers':
        this.#options.onWatch(event);
        break;
      case 'released':
        this.#options.onReleased(event.reader);
        break;
      case 'read':
        if (event.outcome.result === 'facts') this.#settle(event.id, event.outcome.facts);
        else if (event.outcome.result === 'called-off') this.#settle(event.id, undefined);
        else this.#stopped(event.id, 'protocol');
        break;
    }
  }

  #overdue(id: number): void {
    this.#stopped(id, 'timeout');
    this.#stuck = true;
    this.#endWhenIdle();
  }

  #endWhenIdle(): void {
    if (!this.#stuck || this.#readings.size > 0) return;
    // The next reading goes to a new process at once; what the old one still says is no longer heard.
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
    this.#stuck = false;
    this.#failures = 0;
    this.start();
  }

  #stopped(id: number, by: 'timeout' | 'protocol' | 'service'): void {
    const reading = this.#readings.get(id);
    if (!reading) return;
    const { name, insertion, atr } = reading.reader;
    this.#settle(id, {
      reader: name,
      insertion,
      ...(atr !== undefined && { atr }),
      applications: [],
      stopped: { by, afterApdus: 0 },
      apdus: 0,
      cardMs: performance.now() - reading.start,
    });
  }

  #settle(id: number, facts: CardFacts | undefined): void {
    const reading = this.#readings.get(id);
    if (!reading) return;
    this.#readings.delete(id);
    clearTimeout(reading.timer);
    reading.settle(facts);
    this.#endWhenIdle();
  }

  #exited(child: StartedProcess): void {
    if (child !== this.#child) return;
    this.#child = undefined;
    this.#port = undefined;
    this.#stuck = false;
    for (const id of [...this.#readings.keys()]) this.#stopped(id, 'service');
    if (this.#ended) return;
    if (performance.now() - this.#startedAt > healthyMs) this.#failures = 0;
    else this.#failures += 1;
    if (this.#failures > 1) this.#options.onFailing();
    const wait = restartMs[Math.min(this.#failures, restartMs.length - 1)];
    this.#restart = setTimeout(() => this.start(), wait);
  }
}
