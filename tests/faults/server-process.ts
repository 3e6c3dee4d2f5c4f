import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConfigurationInput, RunningServer } from '../../server/index.ts';
import type { TestServer } from '../integration/server-fixture.ts';
import {
  type Answer,
  authorities,
  cardHost,
  identity,
  portalHost,
  Visitor,
} from '../integration/server-fixture.ts';
import type { TestPki } from '../lab/pki/index.ts';

const program = resolve(import.meta.dirname, '../../server/main.ts');

/** The registration platform as an operator runs it: a process of its own, that can be killed and started again. */
export class ServerProcess {
  readonly pki: TestPki;
  readonly directory: string;
  readonly databaseFile: string;
  /** What visitors are led by; its ports change with each start. */
  readonly running = { ports: { portal: 0, cardLogin: 0 } } as RunningServer;
  log = '';
  #child: ChildProcess | undefined;

  constructor(pki: TestPki, directory: string, databaseFile = join(directory, 'registrations.sqlite')) {
    this.pki = pki;
    this.directory = directory;
    this.databaseFile = databaseFile;
  }

  /** `environment`: added to its own. */
  async start(environment: Record<string, string> = {}): Promise<void> {
    const configuration: ConfigurationInput = {
      portal: identity(this.pki, portalHost),
      cardLogin: { ...identity(this.pki, cardHost), authorities: authorities(this.pki) },
      database: { kind: 'sqlite', file: this.databaseFile },
      log: 'debug',
    };
    const file = join(this.directory, 'server.json');
    await writeFile(file, JSON.stringify(configuration), { mode: 0o600 });
    const child = spawn('setpriv', ['--pdeathsig', 'SIGKILL', process.execPath, program, '--config', file], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
    });
    this.#child = child;
    child.stderr.on('data', (chunk) => {
      this.log += chunk;
    });
    await new Promise<void>((done, fail) => {
      child.once('exit', (code, signal) =>
        fail(new Error(`the server ended with ${signal ?? code}: ${this.log.slice(-300)}`)),
      );
      createInterface({ input: child.stdout }).on('line', (line) => {
        this.log += `${line}\n`;
        if (!line.startsWith('{"ready"')) return;
        this.running.ports = (JSON.parse(line) as RunningServer).ports;
        done();
      });
    });
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get alive(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (!child || !this.alive) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await Promise.race([ended, sleep(10_000)]);
    if (this.alive) child.kill('SIGKILL');
  }
}

type Ask = NonNullable<Parameters<Visitor['ask']>[1]>;

/** One request as it was made, with the cookies it carried. */
export interface Recorded {
  address: string;
  ask: Ask;
  cookies: Map<string, string>;
  answer: Answer;
}

/** A browser that keeps what it asked, and lets a fault happen beside a request. */
export class RecordingVisitor extends Visitor {
  readonly recorded: Recorded[];
  readonly #beside: (request: number) => void;

  constructor(
    parts: { server: RunningServer; pki: TestPki; recorded: Recorded[]; beside?: (request: number) => void },
    userAgent?: string,
  ) {
    super(parts.server, parts.pki, userAgent);
    this.recorded = parts.recorded;
    this.#beside = parts.beside ?? (() => undefined);
  }

  override async ask(address: string, ask: Ask = {}): Promise<Answer> {
    const cookies = new Map(this.cookies);
    this.#beside(this.recorded.length + 1);
    const entry = {
      address,
      ask,
      cookies,
      answer: { status: 0, headers: {}, body: '', location: undefined } as Answer,
    };
    this.recorded.push(entry);
    entry.answer = await super.ask(address, ask);
    return entry.answer;
  }
}

/** What a software phone wants of a test server. */
export function phonesOf(visitor: (userAgent?: string) => Visitor): TestServer {
  return { visitor } as unknown as TestServer;
}
