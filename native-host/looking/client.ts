import * as v from 'valibot';
import { type MessagePort, openMessagePort } from '../messaging/message-port.ts';
import { type StartedProcess, startProcess } from '../start-process.ts';
import { type LookingAnswer, type LookingRequest, lookingAnswerSchema } from './messages.ts';

export interface LookingProcessOptions {
  /** Program and arguments that start a looking process. */
  command: readonly [string, ...string[]];
  /** Milliseconds until a question is given up. Each observer has its own, shorter deadline in there. */
  answerMs?: number;
  /** Milliseconds without a question after which the process is ended: nothing of it stays while idle. */
  idleMs?: number;
}

type WithoutId<R> = R extends LookingRequest ? Omit<R, 'id'> : never;

interface Question {
  settle: (answer: LookingAnswer | Error) => void;
  timer: NodeJS.Timeout;
}

/** An action may have to wait for an administrator's consent, which Windows itself gives up after two minutes. */
const actMs = 130_000;

/** Worker threads of the process: more than there are calls that can hang at the same time. */
const threads = 16;

/**
 * The process that calls the system's libraries: started when something is to be looked at, ended when it is idle,
 * and with SIGKILL when a call in it hangs, as soon as the other questions are through.
 */
export class LookingProcess {
  readonly #options: Required<LookingProcessOptions>;
  readonly #questions = new Map<number, Question>();
  #child: StartedProcess | undefined;
  #port: MessagePort | undefined;
  #nextId = 1;
  #stuck = false;
  #ended = false;
  #idle: NodeJS.Timeout | undefined;

  constructor(options: LookingProcessOptions) {
    this.#options = { answerMs: 17_000, idleMs: 2000, ...options };
  }

  /** @throws Error when there was no answer in time (`code` `ETIMEDOUT`), or the process ended */
  ask(question: WithoutId<LookingRequest>): Promise<LookingAnswer> {
    if (this.#ended) return Promise.reject(new Error('the host is ending'));
    const port = this.#start();
    clearTimeout(this.#idle);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => {
          this.#stuck = true;
          const late = Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' });
          this.#settle(id, late);
        },
        question.type === 'act' ? actMs : this.#options.answerMs,
      );
      const settle = (answer: LookingAnswer | Error) =>
        answer instanceof Error ? reject(answer) : resolve(answer);
      this.#questions.set(id, { settle, timer });
      port.send({ ...question, id });
    });
  }

  /** Ends the process for good, whatever hangs in it. */
  end(): void {
    this.#ended = true;
    clearTimeout(this.#idle);
    this.#child?.kill('SIGKILL');
    this.#failAll('the host is ending');
  }

  #start(): MessagePort {
    if (this.#port) return this.#port;
    const child = startProcess(this.#options.command, threads);
    const port = openMessagePort(child.stdout, child.stdin, {
      message: (value) => this.#answered(child, value),
      malformed: () => child.kill('SIGKILL'),
    });
    const over = () => {
      if (child !== this.#child) return;
      this.#forget();
      this.#failAll('the looking process ended');
    };
    child.once('exit', over);
    child.once('error', over);
    this.#child = child;
    this.#port = port;
    return port;
  }

  #answered(child: StartedProcess, value: unknown): void {
    if (child !== this.#child) return;
    const parsed = v.safeParse(lookingAnswerSchema, value);
    if (!parsed.success) return void child.kill('SIGKILL');
    this.#settle(parsed.output.id, parsed.output);
  }

  #settle(id: number, answer: LookingAnswer | Error): void {
    const question = this.#questions.get(id);
    if (!question) return;
    this.#questions.delete(id);
    clearTimeout(question.timer);
    question.settle(answer);
    if (this.#questions.size > 0) return;
    if (this.#stuck) this.#letGo();
    else this.#idle = setTimeout(() => this.#letGo(), this.#options.idleMs);
  }

  /** The next question goes to a new process; what this one still says is no longer heard. */
  #letGo(): void {
    const child = this.#child;
    this.#forget();
    child?.kill('SIGKILL');
  }

  #forget(): void {
    this.#child = undefined;
    this.#port = undefined;
    this.#stuck = false;
  }

  #failAll(why: string): void {
    for (const id of [...this.#questions.keys()]) this.#settle(id, new Error(why));
    clearTimeout(this.#idle);
  }
}
