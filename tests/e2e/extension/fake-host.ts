import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import ids from '../../../common/ids.json' with { type: 'json' };
import {
  type Action,
  type CardFacts,
  type FailureCode,
  type Observation,
  parseRequest,
  protocolVersion,
  type Reader,
  type Request,
} from '../../../common/protocol/index.ts';

export type Platform = 'win32' | 'linux';

export interface FakeHostOptions {
  userDataDir: string;
  directory: string;
  /** Another than the development id makes the browser refuse. */
  allowedId?: string;
  protocol?: number;
  /** Answers these instead of observing: what a broken host might. */
  answer?: (request: Request) => unknown;
}

/** A native host whose every word is decided by the test; the browser starts it as it starts the real one. */
export class FakeHost {
  readonly requests: Request[] = [];
  /** Native messaging processes the browser has started so far. */
  connections = 0;
  platform: Platform = 'linux';
  readers: Reader[] = [];
  cards: CardFacts[] = [];
  browserStartedAt = '2026-11-23T00:00:00.000Z';
  driver: 'hpki' | 'stand-in' | 'none' = 'hpki';
  service: { state: 'running' | 'stopped' | 'absent'; startType?: 'disabled' | 'trigger' | 'manual' } = {
    state: 'running',
  };
  /** What it can do at a click, and what comes of that. */
  actions: Action[] = [];
  actOutcome: 'done' | FailureCode = 'done';
  /** What tokens in reports are made with; null: a host that knows of none. */
  reportSecret: string | null = 'c5'.repeat(32);
  readonly #options: FakeHostOptions;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  #insertion = 0;
  #quiet = false;

  constructor(options: FakeHostOptions) {
    this.#options = options;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  /** Processes that are running now. */
  get open(): number {
    return this.#sockets.size;
  }

  get socketPath(): string {
    return join(this.#options.directory, 'host.sock');
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.socketPath, resolve));
    await this.install();
  }

  /** Registers it with the browser of this profile. */
  async install(): Promise<void> {
    const { userDataDir, directory, allowedId = ids.extension.development } = this.#options;
    const program = join(directory, 'host.sh');
    const relay = join(import.meta.dirname, 'host-relay.ts');
    await writeFile(program, `#!/bin/sh\nexec '${process.execPath}' '${relay}'\n`);
    await chmod(program, 0o755);
    const folder = join(userDataDir, 'NativeMessagingHosts');
    await mkdir(folder, { recursive: true });
    await writeFile(
      join(folder, `${ids.nativeHost}.json`),
      JSON.stringify({
        name: ids.nativeHost,
        description: 'test',
        path: program,
        type: 'stdio',
        allowed_origins: [`chrome-extension://${allowedId}/`],
      }),
    );
  }

  async uninstall(): Promise<void> {
    await rm(join(this.#options.userDataDir, 'NativeMessagingHosts', `${ids.nativeHost}.json`));
  }

  async stop(): Promise<void> {
    this.crash();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Ends the host's process. */
  crash(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Puts a card into a reader. `facts` null: it is present but not read yet. */
  insert(facts: Partial<CardFacts> | null, name = 'ACS ACR39U ICC Reader 00 00'): void {
    this.#insertion += 1;
    const insertion = this.#insertion;
    this.#setReader({ name, state: 'present', inUse: false, atr: '3BF4', insertion });
    this.cards = this.cards.filter(({ reader }) => reader !== name);
    if (facts) {
      this.cards.push({
        reader: name,
        insertion,
        applications: [{ name: 'hpki-authentication', statusWord: '9000' }],
        apdus: 5,
        cardMs: 20,
        ...facts,
      });
    }
    this.#tellReaders();
    if (!this.#quiet)
      for (const card of this.cards.filter(({ reader }) => reader === name)) this.#tellCard(card);
  }

  /** The card in the reader answers so from now on. */
  spendTry(facts: Partial<CardFacts>, name = 'ACS ACR39U ICC Reader 00 00'): void {
    const reader = this.readers.find((candidate) => candidate.name === name);
    this.cards = [
      {
        reader: name,
        insertion: reader?.insertion ?? 0,
        applications: [{ name: 'hpki-authentication', statusWord: '9000' }],
        apdus: 5,
        cardMs: 20,
        ...facts,
      },
    ];
  }

  remove(name = 'ACS ACR39U ICC Reader 00 00'): void {
    this.#insertion += 1;
    this.#setReader({ name, state: 'empty', inUse: false, insertion: this.#insertion });
    this.cards = this.cards.filter(({ reader }) => reader !== name);
    this.#tellReaders();
  }

  attachReader(name = 'ACS ACR39U ICC Reader 00 00', state: Reader['state'] = 'empty'): void {
    this.#setReader({ name, state, inUse: false, insertion: this.#insertion });
    this.#tellReaders();
  }

  detachReaders(): void {
    this.readers = [];
    this.cards = [];
    this.#tellReaders();
  }

  /** The PC/SC service ends and runs again; the card stays, and so does its count of insertions. */
  restartService(): void {
    const service = (state: 'stopped' | 'running') =>
      this.tell({ ...observed, subject: 'pcsc-service', result: { outcome: 'observed', facts: { state } } });
    service('stopped');
    service('running');
    this.#tellReaders();
  }

  tell(observation: Observation): void {
    this.#send({ type: 'observation', observation });
  }

  tellRaw(message: unknown): void {
    this.#send(message);
  }

  /** To the browser as they are, without a frame. */
  tellOctets(octets: Uint8Array): void {
    for (const socket of this.#sockets) socket.write(`=${Buffer.from(octets).toString('base64')}\n`);
  }

  #setReader(reader: Reader): void {
    this.readers = [...this.readers.filter(({ name }) => name !== reader.name), reader];
  }

  #serve(socket: Socket): void {
    this.connections += 1;
    this.#quiet = false;
    this.#sockets.add(socket);
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('utf8');
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) this.#receive(parseRequest(JSON.parse(line)));
    });
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => this.#sockets.delete(socket));
  }

  #receive(request: Request): void {
    this.requests.push(request);
    const { id } = request;
    const own = this.#options.answer?.(request);
    if (own !== undefined) {
      this.#send(own);
      return;
    }
    switch (request.type) {
      case 'hello':
        this.#send({
          type: 'hello',
          id,
          protocol: this.#options.protocol ?? protocolVersion,
          hostVersion: '0.1.0',
          platform: this.platform,
          node: 'v24.21.0',
          arch: 'x64',
          backend: 'koffi',
          actions: this.actions,
        });
        return;
      case 'act':
        if (this.actOutcome === 'done') break;
        this.#send({ type: 'failed', id, code: this.actOutcome });
        return;
      case 'quiet':
        this.#quiet = request.on;
        if (!request.on) for (const card of this.cards) this.#tellCard(card);
        break;
      case 'watch':
      case 'observe':
        this.#tellEverything();
        break;
      case 'reread':
        for (const card of this.cards) if (card.reader === request.reader) this.#tellCard(card);
        break;
      case 'report-secret':
        this.#send(
          this.reportSecret === null
            ? { type: 'failed', id, code: 'malformed-message' }
            : { type: 'report-secret', id, secret: this.reportSecret },
        );
        return;
    }
    this.#send({ type: 'done', id });
  }

  #tellEverything(): void {
    this.tell({ ...observed, subject: 'pcsc-service', result: { outcome: 'observed', facts: this.service } });
    this.#tellReaders();
    this.tell({
      ...observed,
      subject: 'card-driver',
      result: { outcome: 'observed', facts: { modules: this.#modules() } },
    });
    this.tell({
      ...observed,
      subject: 'browser-session',
      result: {
        outcome: 'observed',
        facts: { startedAt: this.browserStartedAt, processId: 1, name: 'chromium' },
      },
    });
    if (!this.#quiet) for (const card of this.cards) this.#tellCard(card);
  }

  #modules() {
    if (this.driver === 'none') return [];
    const name = this.driver === 'hpki' ? 'HpkiAuthP11_MPKCS11H.dll' : 'OpenSC';
    return [{ kind: 'pkcs11' as const, family: this.driver, name, how: 'test', present: true }];
  }

  #tellReaders(): void {
    this.tell({
      ...observed,
      subject: 'readers',
      result: { outcome: 'observed', facts: { readers: this.readers } },
    });
  }

  #tellCard(facts: CardFacts): void {
    this.tell({ ...observed, subject: 'card', result: { outcome: 'observed', facts } });
  }

  #send(message: unknown): void {
    for (const socket of this.#sockets) socket.write(`${JSON.stringify(message)}\n`);
  }
}

const observed = { at: '2026-11-23T04:00:00.000Z', ms: 1, how: 'test' } as const;

/** What a host would read from an HPKI card. */
export function hpkiCard(
  options: {
    serialNumber?: string;
    name?: string;
    tries?: string;
    notAfter?: string;
    kind?: 'hpki-authentication' | 'other';
  } = {},
): Partial<CardFacts> {
  const { serialNumber = 'T00100-jpa', name = '00100 JPATEST', tries = '63CF', notAfter } = options;
  return {
    certificate: {
      form: 'read',
      profile: {
        kind: options.kind ?? 'hpki-authentication',
        subject: { commonName: name, serialNumber, country: 'JP' },
        issuer: { commonName: 'HPKI-01-HPKI_JV2-forAuthentication-forIndividual' },
        serialNumber: '01513B',
        notBefore: '2026-01-01T00:00:00.000Z',
        notAfter: notAfter ?? '2036-01-01T00:00:00.000Z',
        keyUsage: ['digitalSignature'],
        extendedKeyUsage: [],
        policies: [],
        hcRoles: ['Pharmacist'],
        publicKey: { algorithm: 'rsa', bits: 2048 },
        fingerprint: Buffer.from(serialNumber.padEnd(32, '.')).toString('hex'),
      },
    },
    pin: { reference: '88', statusWord: tries },
  };
}
