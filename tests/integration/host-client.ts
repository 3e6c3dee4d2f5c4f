import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import ids from '../../common/ids.json' with { type: 'json' };
import {
  type CardFacts,
  type HostEvent,
  type Observation,
  parseEvent,
  protocolVersion,
  type Request,
  type Subject,
} from '../../common/protocol/index.ts';
import { decodeJson, encodeFrame, FrameReader } from '../../native-host/messaging/frames.ts';

export const extensionOrigin = `chrome-extension://${ids.extension.development}/`;

type WithoutId<R> = R extends Request ? Omit<R, 'id' | 'deadlineMs'> & { deadlineMs?: number } : never;

/** The browser's end of a host: starts it as a browser does and holds every event to the protocol's schema. */
export class HostClient {
  readonly process: ChildProcess;
  readonly events: HostEvent[] = [];
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  errors = '';
  #nextId = 1;
  #waiting = new Set<() => void>();
  #broken: unknown;

  constructor(launcher: string, environment: NodeJS.ProcessEnv, origin: string = extensionOrigin) {
    this.process = spawn(launcher, [origin], { env: { ...process.env, ...environment }, stdio: 'pipe' });
    this.exited = new Promise((resolve) => {
      this.process.once('exit', (code, signal) => resolve({ code, signal }));
    });
    const frames = new FrameReader();
    this.process.stdout?.on('data', (chunk: Uint8Array) => {
      try {
        for (const frame of frames.push(chunk)) {
          if (frame.type === 'oversize') throw new Error('the host sent more than a browser takes');
          this.events.push(parseEvent(decodeJson(frame.octets)?.value));
        }
      } catch (error) {
        this.#broken = error;
      }
      for (const wake of this.#waiting) wake();
    });
    this.process.stderr?.on('data', (chunk) => {
      this.errors += chunk;
    });
    this.process.stdin?.on('error', () => undefined); // the host may be gone
  }

  /** Raw octets to the host's standard input. */
  write(octets: Uint8Array): void {
    this.process.stdin?.write(octets);
  }

  /** Sends a request; resolves to its one answer. */
  async ask(request: WithoutId<Request>): Promise<HostEvent> {
    const id = this.#nextId++;
    this.write(encodeFrame({ deadlineMs: 20_000, ...request, id }) ?? new Uint8Array());
    return this.event((event) => event.type !== 'observation' && event.id === id);
  }

  hello(): Promise<HostEvent> {
    return this.ask({ type: 'hello', protocol: protocolVersion, extensionVersion: '0.1.0' });
  }

  /** hello and watch. */
  async watch(): Promise<HostEvent> {
    await this.hello();
    return this.ask({ type: 'watch' });
  }

  /** The first event from `from` on that fits. */
  async event(fits: (event: HostEvent) => boolean, from = 0): Promise<HostEvent> {
    for (;;) {
      if (this.#broken) throw this.#broken;
      const found = this.events.slice(from).find(fits);
      if (found) return found;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.add(resolve);
      await promise;
      this.#waiting.delete(resolve);
    }
  }

  /** The facts of the first observation of `subject` from event number `from` on that fits. */
  async facts<S extends Subject>(
    subject: S,
    fits: (facts: FactsFor<S>) => boolean = () => true,
    from = 0,
  ): Promise<FactsFor<S>> {
    const of = (event: HostEvent) =>
      event.type === 'observation' &&
      event.observation.subject === subject &&
      event.observation.result.outcome === 'observed'
        ? (event.observation.result.facts as FactsFor<S>)
        : undefined;
    const found = await this.event((event) => {
      const facts = of(event);
      return facts !== undefined && fits(facts);
    }, from);
    return of(found) as FactsFor<S>;
  }

  /** Facts of the next card seen after `act`. */
  async cardAfter(act: () => Promise<unknown>): Promise<CardFacts> {
    const from = this.events.length;
    const card = this.facts('card', () => true, from);
    await act();
    return card;
  }

  /** Process ids of the host's children. */
  children(): number[] {
    const { pid } = this.process;
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return text === '' ? [] : text.split(' ').map(Number);
  }

  /** As a browser ends a host: closes its standard input. */
  async close(): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    this.process.stdin?.end();
    return this.exited;
  }
}

type FactsFor<S extends Subject> = Extract<
  Extract<Observation, { subject: S }>['result'],
  { outcome: 'observed' }
>['facts'];

/** Resolves when no process of these ids is left. */
export async function gone(ids: readonly number[]): Promise<void> {
  while (ids.some(alive)) await new Promise((resolve) => setTimeout(resolve, 5));
}

function alive(id: number): boolean {
  try {
    // A zombie has ended: its parent has not looked yet.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${id}/status`, 'utf8'));
  } catch {
    return false;
  }
}
