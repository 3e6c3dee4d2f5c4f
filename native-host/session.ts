import * as v from 'valibot';
import type { FailureCode, HostEvent, Observation, Reader } from '../common/protocol/index.ts';
import { type Action, protocolVersion, type Request, requestSchema } from '../common/protocol/requests.ts';
import { type Subject, subjects } from '../common/protocol/subjects.ts';
import { type CardSeen, type Desk, isHeld, type ServiceState } from './card/desk.ts';
import type { CardPort } from './card/port.ts';
import type { ActionOutcome } from './looking/messages.ts';
import {
  cardObservation,
  type ListedService,
  listServiceMs,
  readersObservation,
  serviceObservation,
} from './observers/desk-observations.ts';
import { observeOnce } from './observers/observe-once.ts';
import type { Observer } from './observers/port.ts';
import type { ReportSecret } from './report-secret.ts';
import { within } from './within.ts';

export interface SessionParts {
  /** Readers and cards. Asked for after `hello`, as are the surroundings: loading them takes time. */
  desk: () => Promise<Desk>;
  backend: CardPort['backend'];
  /** Actions this system has. */
  actions: readonly Action[];
  hostVersion: string;
  /** What looks at the subjects that are not on the desk. */
  surroundings: () => Promise<Surroundings>;
  /** This user's secret for tokens in reports; `offered` where there is none yet. */
  reportSecret: (offered: string) => Promise<ReportSecret>;
  /** `replaces`: messages of the same key that still wait may be dropped for this one. */
  send: (event: HostEvent, replaces?: string) => void;
}

export interface Surroundings {
  /** Subjects that are looked at once when asked. */
  observers: readonly Observer<Subject>[];
  /** The PC/SC service as the system lists it, where it does. May reject. */
  service: () => Promise<ListedService | undefined>;
  /** Carries out an action of the fixed list. */
  act: (action: Action) => Promise<ActionOutcome>;
}

/** Requests at work at the same time; more than an extension has. */
const requestLimit = 64;

/**
 * One conversation with the extension: `hello` first, every request answered exactly once and within its own
 * deadline, observations whenever something was seen.
 */
export class Session {
  readonly #parts: SessionParts;
  #greeted: 'no' | 'fits' | 'mismatch' = 'no';
  #watching = false;
  #atWork = 0;
  #listed: ListedService | undefined;
  #again: NodeJS.Timeout | undefined;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  /** One message from the extension, parsed from JSON but not yet trusted. */
  receive(value: unknown): void {
    const parsed = v.safeParse(requestSchema, value);
    if (parsed.success) return void this.#answer(parsed.output);
    this.#fail(readableId(value), 'malformed-message', parsed.issues[0]?.message);
  }

  malformed(detail: string): void {
    this.#fail(undefined, 'malformed-message', detail);
  }

  // What the desk has seen goes out as soon as it is seen.

  service(state: ServiceState): void {
    if (!this.#watching) return;
    this.#observed(serviceObservation(this.#parts.backend, state, this.#listed));
    if (state.state !== 'running') this.#observed(readersObservation(this.#parts.backend, undefined));
  }

  readers(readers: readonly Reader[]): void {
    if (this.#watching) this.#observed(readersObservation(this.#parts.backend, readers));
  }

  card(seen: CardSeen): void {
    if (!this.#watching) return;
    this.#observed(cardObservation(this.#parts.backend, seen));
    if (isHeld(seen)) void this.#lookWhoHolds();
    void this.#lookAgainAfterCard();
  }

  /** Runs a request against its deadline; the first of answer and deadline is sent, the other is dropped. */
  async #answer(request: Request): Promise<void> {
    const { id, deadlineMs } = request;
    if (this.#atWork >= requestLimit) return this.#fail(id, 'internal', 'too many requests at once');
    this.#atWork += 1;
    const late = Promise.withResolvers<HostEvent>();
    const timer = setTimeout(
      () => late.resolve({ type: 'failed', id, code: 'deadline-exceeded' }),
      deadlineMs,
    );
    const answer = await Promise.race([this.#handle(request), late.promise]).catch(
      (error): HostEvent => ({ type: 'failed', id, code: 'internal', detail: String(error).slice(0, 500) }),
    );
    clearTimeout(timer);
    this.#atWork -= 1;
    this.#parts.send(answer);
  }

  async #handle(request: Request): Promise<HostEvent> {
    const { id } = request;
    const done = { type: 'done', id } as const;
    const failed = (code: FailureCode): HostEvent => ({ type: 'failed', id, code });
    if (request.type === 'hello') return this.#hello(request);
    if (this.#greeted === 'no') return failed('hello-first');
    if (this.#greeted === 'mismatch') return failed('protocol-mismatch');
    switch (request.type) {
      case 'watch':
        await this.#watch();
        return done;
      case 'observe':
        await this.#observe(request.subjects);
        return done;
      case 'reread': {
        const outcome = await (await this.#parts.desk()).reread(request.reader);
        return outcome === 'done' ? done : failed(outcome);
      }
      case 'quiet':
        await (await this.#parts.desk()).setQuiet(request.on);
        return done;
      case 'act': {
        if (!this.#parts.actions.includes(request.action)) return failed('action-unavailable');
        const outcome = await (await this.#parts.surroundings()).act(request.action);
        return outcome === 'done' ? done : failed(outcome);
      }
      case 'report-secret': {
        const { secret, kept } = await this.#parts.reportSecret(request.offered);
        return kept ? { type: 'report-secret', id, secret } : failed('no-permission');
      }
    }
  }

  #hello({ id, protocol }: Request & { type: 'hello' }): HostEvent {
    this.#greeted = protocol === protocolVersion ? 'fits' : 'mismatch';
    const platform = process.platform;
    return {
      type: 'hello',
      id,
      protocol: protocolVersion,
      hostVersion: this.#parts.hostVersion,
      platform: platform === 'win32' || platform === 'linux' || platform === 'darwin' ? platform : 'other',
      node: process.version,
      arch: process.arch,
      backend: this.#parts.backend,
      actions: [...this.#parts.actions],
    };
  }

  #loaded(): Promise<[Desk, Surroundings]> {
    return Promise.all([this.#parts.desk(), this.#parts.surroundings()]);
  }

  /** Tells what is known, then whatever comes; done when everything has been seen once. */
  async #watch(): Promise<void> {
    const [desk, { observers, service }] = await this.#loaded();
    this.#watching = true;
    desk.begin();
    if (desk.service) this.service(desk.service);
    if (desk.readers) this.readers(desk.readers);
    for (const seen of desk.cards) this.card(seen);
    const look = async (observer: Observer<Subject>) => this.#observed(await observeOnce(observer));
    const now = observers.filter(({ whenHeld }) => !whenHeld);
    for (const observer of now) if (observer.background) void look(observer);
    await Promise.all([
      ...now.filter(({ background }) => !background).map(look),
      this.#listService(desk, service),
      desk.known.then(() => desk.settled()),
    ]);
  }

  /** How the service is listed comes by itself: readers and cards do not wait for it, and nothing waits long. */
  async #listService(desk: Desk, service: Surroundings['service']): Promise<void> {
    const told = service().then(
      (listed) => {
        this.#listed = listed;
        const { backend } = this.#parts;
        if (listed && desk.service) this.#observed(serviceObservation(backend, desk.service, listed));
      },
      () => undefined,
    );
    await within(listServiceMs, told);
  }

  /** What a card brings with it into the system comes some time after the card: looked at once more, once per card. */
  async #lookAgainAfterCard(): Promise<void> {
    const { observers } = await this.#parts.surroundings();
    const concerned = observers.filter(({ againAfterCardMs }) => againAfterCardMs !== undefined);
    if (concerned.length === 0) return;
    clearTimeout(this.#again);
    const latest = Math.max(...concerned.map(({ againAfterCardMs }) => againAfterCardMs ?? 0));
    this.#again = setTimeout(() => {
      for (const observer of concerned) void observeOnce(observer).then((seen) => this.#observed(seen));
    }, latest);
    this.#again.unref();
  }

  async #lookWhoHolds(): Promise<void> {
    const { observers } = await this.#parts.surroundings();
    for (const observer of observers) {
      if (observer.whenHeld) void observeOnce(observer).then((seen) => this.#observed(seen));
    }
  }

  async #observe(wanted: readonly string[]): Promise<void> {
    const { backend } = this.#parts;
    const [desk, { observers, service }] = await this.#loaded();
    const asked = subjects.filter((subject) => wanted.includes(subject));
    await Promise.all(
      asked.map(async (subject) => {
        const observer = observers.find((candidate) => candidate.subject === subject);
        if (observer) {
          const seen = observeOnce(observer).then((one) => this.#observed(one));
          return observer.background ? undefined : seen;
        }
        await desk.known;
        if (subject === 'pcsc-service' && desk.service) {
          this.#observed(serviceObservation(backend, desk.service, this.#listed));
          await this.#listService(desk, service);
        }
        if (subject === 'readers') this.#observed(readersObservation(backend, desk.readers));
        if (subject === 'card') {
          await desk.settled();
          for (const seen of desk.cards) this.#observed(cardObservation(backend, seen));
        }
      }),
    );
  }

  #observed(observation: Observation): void {
    const { subject, result } = observation;
    const reader = subject === 'card' && result.outcome === 'observed' ? `:${result.facts.reader}` : '';
    this.#parts.send({ type: 'observation', observation }, `${subject}${reader}`);
  }

  #fail(id: number | undefined, code: FailureCode, detail?: string): void {
    this.#parts.send({
      type: 'failed',
      ...(id !== undefined && { id }),
      code,
      ...(detail !== undefined && { detail: detail.slice(0, 500) }),
    });
  }
}

/** The id of a message that is otherwise no request. */
function readableId(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null || !('id' in value)) return undefined;
  const { id } = value;
  return typeof id === 'number' && Number.isInteger(id) && id >= 1 ? id : undefined;
}
