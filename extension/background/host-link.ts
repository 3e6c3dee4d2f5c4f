import * as v from 'valibot';
import {
  type Action,
  eventSchema,
  type FailureCode,
  type HostEvent,
  type Observation,
  protocolVersion,
  type Request,
  type Subject,
  subjects,
} from '../../common/protocol/index.ts';
import type { HostFailure, HostState } from '../judge/index.ts';
import { failureFromLastError } from './host-failures.ts';

/** The part of a native messaging port that is used, so that a test can play the host. */
export interface NativePort {
  postMessage(message: Request): void;
  disconnect(): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called with the browser's words for the end, when the other side ended it. */
  onDisconnect(listener: (lastError: string | undefined) => void): void;
}

export interface HostLinkOptions {
  connect(): NativePort;
  extensionVersion: string;
  /** Asked at each connection: a host that starts between (4) and (7) is told before it could read a card. */
  quietWanted(): boolean;
  onState(state: HostState): void;
  onObservation(observation: Observation): void;
}

/**
 * Milliseconds until an answer is given up. The host keeps the same deadlines itself. A host that is missing or ends is
 * told of by the browser at once: the first answer may take as long as a slow PC needs to start a program.
 */
const deadlines = {
  hello: 20_000,
  watch: 20_000,
  observe: 20_000,
  reread: 30_000,
  quiet: 1000,
  // Windows may ask the person for an administrator's consent first, and itself gives up after two minutes.
  act: 120_000,
  // May wait behind `hello` for a host that is starting.
  'report-secret': 20_000,
} as const;
/** A host that keeps ending is started anew this often without being asked. */
const maximumReopenings = 3;

type Answer = Exclude<HostEvent, { type: 'observation' }>;
type RequestBody = Request extends infer R
  ? R extends Request
    ? Omit<R, 'id' | 'deadlineMs'>
    : never
  : never;

/** One connection to the native host at a time: versions first, then quiet if needed, then watching. */
export class HostLink {
  readonly #options: HostLinkOptions;
  #port: NativePort | null = null;
  #nextId = 1;
  #waiting = new Map<number, (answer: Answer | null) => void>();
  #reopenings = 0;
  #state: HostState = { state: 'connecting' };

  constructor(options: HostLinkOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#port !== null;
  }

  /** The person asks, or a page opens: a failed host gets another chance. Does nothing while connected. */
  open(): void {
    this.#reopenings = 0;
    if (!this.#port) void this.#connect();
  }

  close(): void {
    const port = this.#port;
    this.#drop();
    port?.disconnect();
  }

  /** Everything once more, without touching a card again. */
  async observeAgain(only: readonly Subject[] = subjects): Promise<void> {
    await this.#request({ type: 'observe', subjects: [...only] });
  }

  /** The person asked for it, or a login failed. Whether it could be done. */
  async readCardAgain(reader: string): Promise<boolean> {
    return (await this.#request({ type: 'reread', reader }))?.type === 'done';
  }

  /** The person pressed the button. Resolves to what came of it; a host that ends meanwhile did not do it. */
  async act(action: Action): Promise<'done' | FailureCode> {
    const answer = await this.#request({ type: 'act', action });
    if (answer?.type === 'failed') return answer.code;
    return answer?.type === 'done' ? 'done' : 'internal';
  }

  /** The secret for tokens in reports that this user's host keeps; null from one that is missing, older or keeps none. */
  async reportSecret(offered: string): Promise<string | null> {
    const answer = await this.#request({ type: 'report-secret', offered });
    return answer?.type === 'report-secret' ? answer.secret : null;
  }

  /** Resolves when the host has confirmed it, or could not in time. */
  async quiet(on: boolean): Promise<void> {
    await this.#request({ type: 'quiet', on });
  }

  async #connect(): Promise<void> {
    this.#setState({ state: 'connecting' });
    const port = this.#options.connect();
    this.#port = port;
    port.onMessage((message) => {
      if (this.#port === port) this.#receive(message);
    });
    port.onDisconnect((lastError) => {
      if (this.#port === port) this.#ended(failureFromLastError(lastError), lastError);
    });
    const { extensionVersion, quietWanted } = this.#options;
    const hello = await this.#request({ type: 'hello', protocol: protocolVersion, extensionVersion });
    if (this.#port !== port) return;
    if (hello?.type !== 'hello') return this.#fail(hello === null ? 'no-answer' : 'malformed');
    const { hostVersion, platform, protocol, actions = [] } = hello;
    if (protocol !== protocolVersion) {
      return this.#fail(protocol < protocolVersion ? 'too-old' : 'extension-too-old', hostVersion);
    }
    this.#setState({ state: 'connected', hostVersion, platform, actions, complete: false });
    if (quietWanted()) await this.#request({ type: 'quiet', on: true });
    if (this.#port !== port) return;
    await this.#request({ type: 'watch' });
    if (this.#port !== port) return;
    this.#setState({ state: 'connected', hostVersion, platform, actions, complete: true });
  }

  #receive(message: unknown): void {
    const parsed = v.safeParse(eventSchema, message);
    if (!parsed.success) {
      if (!isNewerObservation(message)) this.#fail('malformed');
      return;
    }
    const event = parsed.output;
    if (event.type === 'observation') this.#options.onObservation(event.observation);
    else if (event.id !== undefined) this.#waiting.get(event.id)?.(event);
  }

  /** The answer, or null when none came in time or the port ended. */
  #request(body: RequestBody): Promise<Answer | null> {
    const port = this.#port;
    if (!port) return Promise.resolve(null);
    const id = this.#nextId++;
    const deadlineMs = deadlines[body.type];
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle(null), deadlineMs);
      const settle = (answer: Answer | null) => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        resolve(answer);
      };
      this.#waiting.set(id, settle);
      port.postMessage({ ...body, id, deadlineMs } as Request);
    });
  }

  #ended(failure: HostFailure, detail: string | undefined): void {
    const worked = this.#state.state === 'connected';
    this.#drop();
    // One that worked and broke off, or said what the browser could not read, gets another chance.
    const broke = failure === 'crashed' || failure === 'malformed';
    if (worked && broke && this.#reopenings < maximumReopenings) {
      this.#reopenings += 1;
      void this.#connect();
      return;
    }
    this.#setState({ state: 'failed', failure, ...(detail ? { detail } : {}) });
  }

  #fail(failure: HostFailure, hostVersion?: string): void {
    this.close();
    this.#setState({ state: 'failed', failure, ...(hostVersion ? { hostVersion } : {}) });
  }

  #drop(): void {
    this.#port = null;
    for (const settle of [...this.#waiting.values()]) settle(null);
  }

  #setState(state: HostState): void {
    this.#state = state;
    this.#options.onState(state);
  }
}

const observed = v.object({ type: v.literal('observation'), observation: v.object({ subject: v.string() }) });

/** A newer host of the same protocol may see subjects this extension does not know: passed over. */
function isNewerObservation(message: unknown): boolean {
  const parsed = v.safeParse(observed, message);
  return parsed.success && !(subjects as readonly string[]).includes(parsed.output.observation.subject);
}
