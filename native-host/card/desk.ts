import type { CardFacts, Reader } from '../../common/protocol/index.ts';
import { virtualReaderKind } from '../../common/readers/index.ts';
import { pcscCodeHex } from './hex.ts';
import { pcsc } from './pcsc-codes.ts';
import type { WatchEvent } from './port.ts';

/** `failed`: the process that owns PC/SC keeps ending by itself. */
export type ServiceState = Omit<Extract<WatchEvent, { type: 'service' }>, 'state'> & {
  state: Extract<WatchEvent, { type: 'service' }>['state'] | 'failed';
};

/** One finished reading, or a card that could not be connected to at all. */
export interface CardSeen {
  facts: CardFacts;
  /** When the reading began; duration in milliseconds. */
  at: Date;
  ms: number;
}

export interface DeskEvents {
  service(state: ServiceState): void;
  readers(readers: Reader[]): void;
  card(seen: CardSeen): void;
}

export interface DeskOptions {
  now?: () => Date;
  /** Milliseconds between attempts to connect to a card that another program has connected to exclusively. */
  retryMs?: number;
}

/** What reads cards: the card process. */
export interface CardReadings {
  read(reader: Reader): Promise<CardFacts | undefined>;
  callOff(): void;
}

/**
 * Readers and cards on the desk: reads each card once per insertion, keeps the result, and reads nothing before it is
 * told to begin, nor while quiet. The rule "one short transaction per insertion" lives here.
 */
export class Desk {
  readonly #readings: CardReadings;
  readonly #events: DeskEvents;
  readonly #now: () => Date;
  #service: ServiceState | undefined;
  #readers: Reader[] | undefined;
  readonly #cards = new Map<string, CardSeen>();
  readonly #underWay = new Map<string, Promise<void>>();
  /** A host may be started in the middle of a card login: until it is told that it is not, it reads nothing. */
  #begun = false;
  #quiet = false;
  readonly #retryMs: number;
  #retry: NodeJS.Timeout | undefined;
  #first = Promise.withResolvers<void>();

  constructor(readings: CardReadings, events: DeskEvents, options: DeskOptions = {}) {
    const { now = () => new Date(), retryMs = 3000 } = options;
    this.#readings = readings;
    this.#events = events;
    this.#now = now;
    this.#retryMs = retryMs;
  }

  /** The newest state, undefined before the first word from PC/SC. */
  get service(): ServiceState | undefined {
    return this.#service;
  }

  /** Undefined while the service can't be asked. */
  get readers(): readonly Reader[] | undefined {
    return this.#readers;
  }

  get cards(): readonly CardSeen[] {
    return [...this.#cards.values()];
  }

  get quiet(): boolean {
    return this.#quiet;
  }

  /** Resolves when service and readers are known, or the service is known not to answer. */
  get known(): Promise<void> {
    return this.#first.promise;
  }

  /** Resolves when no reading is under way. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay.values());
  }

  /** News from the watch. */
  note(event: ServiceState | Extract<WatchEvent, { type: 'readers' }>): void {
    if (event.type === 'service') {
      this.#service = event;
      if (event.state !== 'running') {
        // Counts of insertions begin anew with the service: nothing read before may be taken for what comes.
        this.#readers = undefined;
        this.#cards.clear();
        this.#first.resolve();
      }
      this.#events.service(event);
      return;
    }
    const before = this.#readers;
    this.#readers = event.readers;
    for (const [name, { facts }] of this.#cards) {
      const reader = event.readers.find((candidate) => candidate.name === name);
      const over = !reader || reader.insertion !== facts.insertion || reader.state === 'empty';
      const freed = reader?.state === 'present' && find(before, name)?.state === 'exclusive';
      if (over || (freed && facts.stopped?.by === 'exclusive')) this.#cards.delete(name);
    }
    this.#events.readers(event.readers);
    this.#readNewCards();
    this.#first.resolve();
  }

  /** Another program let go of a card that was given up on as exclusive. */
  released(name: string): void {
    if (this.#cards.get(name)?.facts.stopped?.by === 'exclusive') this.#cards.delete(name);
    this.#readNewCards();
  }

  /** From now on cards are read, except while quiet. */
  begin(): void {
    this.#begun = true;
    this.#readNewCards();
  }

  /** Resolves once nothing more goes to any card. Insertions are still told. */
  async setQuiet(on: boolean): Promise<void> {
    this.#quiet = on;
    if (on) {
      this.#readings.callOff();
      await this.settled();
    } else {
      this.begin();
    }
  }

  /** The person asked: reads the card in this reader again, once. */
  async reread(name: string): Promise<'done' | 'quiet' | 'unknown-reader'> {
    if (!this.#mayRead) return 'quiet';
    if (!find(this.#readers, name)) return 'unknown-reader';
    if (!this.#underWay.has(name)) {
      this.#cards.delete(name);
      this.#readNewCards();
    }
    await this.#underWay.get(name);
    return 'done';
  }

  get #mayRead(): boolean {
    return this.#begun && !this.#quiet;
  }

  #readNewCards(): void {
    for (const reader of this.#readers ?? []) this.#readIfNew(reader);
  }

  #readIfNew(reader: Reader): void {
    if (this.#cards.has(reader.name) || this.#underWay.has(reader.name)) return;
    if (virtualReaderKind(reader.name) !== undefined) return; // connecting could open a dialog
    const unreadable = withoutConnecting(reader);
    if (unreadable) {
      this.#see(unreadable, this.#now(), 0);
      return;
    }
    if (reader.state === 'present' && this.#mayRead) this.#read(reader);
  }

  #read(reader: Reader): void {
    const at = this.#now();
    const start = performance.now();
    const reading = this.#readings.read(reader).then((facts) => {
      this.#underWay.delete(reader.name);
      if (facts && this.#isCurrent(facts)) this.#see(facts, at, performance.now() - start);
      this.#readNewCards(); // another card may have come meanwhile
    });
    this.#underWay.set(reader.name, reading);
  }

  /** Whether this insertion is still the newest one known, or has just ended (a card pulled while being read). */
  #isCurrent(facts: CardFacts): boolean {
    const reader = find(this.#readers, facts.reader);
    return reader !== undefined && (reader.insertion === facts.insertion || reader.state === 'empty');
  }

  #see(facts: CardFacts, at: Date, ms: number): void {
    const seen = { facts, at, ms };
    const reader = find(this.#readers, facts.reader);
    const before = this.#cards.get(facts.reader)?.facts;
    if (reader?.insertion === facts.insertion && reader.state !== 'empty') {
      this.#cards.set(facts.reader, seen);
    }
    const heldStill = before !== undefined && isExclusive(before) && isExclusive(facts);
    if (!heldStill) this.#events.card(seen);
    this.#retryExclusive();
  }

  /**
   * pcsc-lite raises no event when an exclusive connection ends: while there is one, connecting is tried now and
   * then. It sends nothing to the card as long as it fails.
   */
  #retryExclusive(): void {
    if (this.#retry !== undefined || ![...this.#cards.values()].some(({ facts }) => isExclusive(facts)))
      return;
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      for (const reader of this.#readers ?? []) {
        const facts = this.#cards.get(reader.name)?.facts;
        const free = this.#mayRead && !this.#underWay.has(reader.name);
        if (free && facts && facts.insertion === reader.insertion && isExclusive(facts)) this.#read(reader);
      }
      this.#retryExclusive();
    }, this.#retryMs).unref();
  }
}

function find(readers: readonly Reader[] | undefined, name: string): Reader | undefined {
  return readers?.find((reader) => reader.name === name);
}

/** Another program has the card for itself, connected exclusively or in a transaction. */
export function isHeld({ facts }: CardSeen): boolean {
  return facts.stopped?.by === 'exclusive';
}

/** Another program is connected exclusively, as opposed to holding a transaction (which tells when it ends). */
function isExclusive({ stopped }: CardFacts): boolean {
  return stopped?.by === 'exclusive' && stopped.pcscCode === pcscCodeHex(pcsc.sharingViolation);
}

/** What is known of a card that can't be connected to, or undefined when it can. */
function withoutConnecting({ name, state, insertion, atr }: Reader): CardFacts | undefined {
  if (state !== 'mute' && state !== 'exclusive') return undefined;
  const code = state === 'mute' ? pcsc.unresponsiveCard : pcsc.sharingViolation;
  return {
    reader: name,
    insertion,
    ...(atr !== undefined && { atr }),
    applications: [],
    stopped: { by: state, pcscCode: pcscCodeHex(code), afterApdus: 0 },
    apdus: 0,
    cardMs: 0,
  };
}
