import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type CardOptions, makeCard, PROFILES, type ProfileId } from './card/profiles.ts';
import { VirtualCard } from './card/virtual-card.ts';
import { ClientRelay } from './client-relay.ts';
import { type CertificateContent, type Fault, faultyCertificate } from './fault.ts';
import { type NativeParts, nativeParts } from './native-parts.ts';
import { makeTestPki, type TestPki } from './pki/index.ts';
import { PrivatePcscd } from './private-pcscd.ts';
import { ReaderServer } from './reader-server.ts';
import { temporaryDirectory } from './temporary-directory.ts';
import { type Counts, countsOf, Recorder, type TraceEntry } from './trace.ts';
import { VirtualReader } from './virtual-reader.ts';

export { type CardOptions, isProfileId, PROFILES, type ProfileId, TEST_PIN } from './card/profiles.ts';
export { VirtualCard } from './card/virtual-card.ts';
export { ClientRelay } from './client-relay.ts';
export type { Fault } from './fault.ts';
export { makeTestPki, type TestPki } from './pki/index.ts';
export type { Counts, TraceEntry } from './trace.ts';

/** Names of readers as they are sold, marked as the lab's. */
export const READER_NAMES = [
  'SONY FeliCa RC-S300/P (lab)',
  'ACS ACR39U ICC Reader (lab)',
  'SCM Microsystems SCR3310 (lab)',
  'Sanwa Supply ADR-MNICU2 (lab)',
  'Hitachi/Maxell M-520U (lab)',
  'NTT Communications ACR39-NTTCom (lab)',
  'Alcor Micro AU9540 (lab)',
  'Gemalto PC Twin Reader (lab)',
  'Identive CLOUD 4700 F Dual Interface Reader (lab)',
  'Broadcom Corp Contacted SmartCard (lab)',
  'HID Global OMNIKEY 3021 (lab)',
  'I-O DATA USB-ICCRW2 (lab)',
  'Generic USB2.0-CRW (lab)',
  'Panasonic built-in SmartCard (lab)',
  'Yubico YubiKey OTP+FIDO+CCID (lab)',
  'Cherry SmartTerminal ST-2xxx (lab)',
] as const;

export type LabOptions = {
  /** How many readers, or their names; one RC-S300 by default, 16 at most. */
  readonly readers?: number | readonly string[];
  /** Whether the readers are plugged in at the start; true by default. */
  readonly plugged?: boolean;
  /** Whether pcscd runs at the start; true by default. */
  readonly pcscd?: boolean;
  /** A card in the first reader from the start. */
  readonly insert?: ProfileId;
  readonly insertOptions?: CardOptions;
  /** Host names for TLS server certificates in `pki.servers`. */
  readonly hosts?: readonly string[];
  /** Milliseconds after which a reader gives up on a silent card; 3000 by default. */
  readonly transmitTimeout?: number;
  /** Contents of further reader.conf files for pcscd, by file name. */
  readonly configuration?: Readonly<Record<string, string>>;
};

export type InsertOptions = CardOptions & {
  /** Number of the reader, 0 by default. */
  readonly reader?: number;
};

export type SendOptions = {
  /** Number of the reader, 0 by default. */
  readonly reader?: number;
  /** Name of the reader, when it may be gone. */
  readonly name?: string;
  /** Another way to pcscd: a relay's. */
  readonly environment?: Readonly<Record<string, string>>;
};

const run = promisify(execFile);

/**
 * Starts a private pcscd with virtual readers. Everything it starts ends with this process.
 * The cards live in this process's event loop: run clients asynchronously, never by `execFileSync`.
 */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const [parts, pki] = await Promise.all([
    nativeParts(),
    makeTestPki(options.hosts === undefined ? {} : { hosts: options.hosts }),
  ]);
  return Lab.start(options, parts, pki);
}

export class Lab {
  readonly pki: TestPki;
  /** The lab's folder, for whatever should go away with it. */
  readonly directory: string;
  private readonly virtualReaders: readonly VirtualReader[];
  private readonly server: ReaderServer;
  private readonly pcscd: PrivatePcscd;
  private readonly recorder: Recorder;
  private readonly parts: NativeParts;
  private readonly removeDirectory: () => Promise<void>;
  private readonly relays = new Map<string, ClientRelay>();
  private names: readonly string[] = [];
  private certificateContent: CertificateContent | undefined;
  private holder: ChildProcess | undefined;

  private constructor(parts: {
    pki: TestPki;
    directory: string;
    readers: readonly VirtualReader[];
    server: ReaderServer;
    pcscd: PrivatePcscd;
    recorder: Recorder;
    native: NativeParts;
    removeDirectory: () => Promise<void>;
  }) {
    this.pki = parts.pki;
    this.directory = parts.directory;
    this.virtualReaders = parts.readers;
    this.server = parts.server;
    this.pcscd = parts.pcscd;
    this.recorder = parts.recorder;
    this.parts = parts.native;
    this.removeDirectory = parts.removeDirectory;
  }

  /** Use `startLab`. */
  static async start(options: LabOptions, native: NativeParts, pki: TestPki): Promise<Lab> {
    const wanted = options.readers ?? 1;
    const readerNames = typeof wanted === 'number' ? READER_NAMES.slice(0, wanted) : wanted;
    if (readerNames.length > 16 || (typeof wanted === 'number' && wanted > 16))
      throw new Error('pcscd knows 16 readers at most');
    const temporary = await temporaryDirectory('hpki-navi-lab-');
    const recorder = new Recorder();
    const readers = readerNames.map(
      (name, index) =>
        new VirtualReader({
          index,
          name,
          plugged: options.plugged ?? true,
          recorder,
          transmitTimeout: options.transmitTimeout ?? 3000,
        }),
    );
    const server = new ReaderServer(readers);
    const readerSocket = join(temporary.path, 'readers');
    await server.listen(readerSocket);
    const pcscd = await PrivatePcscd.prepare({
      directory: temporary.path,
      parts: native,
      readerNames,
      readerSocket,
      ...(options.configuration === undefined ? {} : { configuration: options.configuration }),
    });
    const lab = new Lab({
      pki,
      directory: temporary.path,
      readers,
      server,
      pcscd,
      recorder,
      native,
      removeDirectory: temporary.remove,
    });
    try {
      if (options.insert !== undefined)
        readers[0]?.insert(makeCard(pki, options.insert, options.insertOptions));
      if (options.pcscd ?? true) await lab.startPcscd();
    } catch (error) {
      await lab.stop();
      throw error;
    }
    return lab;
  }

  /** What a client needs in its environment to reach the lab and nothing else. */
  get environment(): { readonly PCSCLITE_CSOCK_NAME: string } {
    return { PCSCLITE_CSOCK_NAME: this.pcscd.socket };
  }

  /** The plugged readers' names as clients see them, in pcscd's order. */
  get readers(): readonly string[] {
    return this.names;
  }

  get pcscdRunning(): boolean {
    return this.pcscd.running;
  }

  /** Process id of pcscd while it runs. */
  get pcscdPid(): number | undefined {
    return this.pcscd.pid;
  }

  /** The card in a reader, to ask it what only a test may know. */
  card(reader = 0): VirtualCard | undefined {
    return this.reader(reader).card;
  }

  /**
   * Puts a card into a reader; in place of the one that is there, if any. Resolves when pcscd has seen it.
   * A card that was in before (from `insert` or `card()`) keeps its counters. An exchange is over in a moment: a
   * client that looks late sees it as one change, and pcsc-lite (1.9.9) tells it nothing at all of the exchange
   * of a card that was in when pcscd began, because it compares no event count of 0.
   */
  async insert(what: ProfileId | VirtualCard, options: InsertOptions = {}): Promise<VirtualCard> {
    const reader = this.reader(options.reader ?? 0);
    if (!reader.plugged) throw new Error('the reader is not plugged in');
    const card = what instanceof VirtualCard ? what : this.make(what, options);
    if (reader.card !== undefined) await this.remove(reader.index);
    reader.insert(card);
    await this.server.readerSettled(reader);
    return card;
  }

  private make(profile: ProfileId, { reader: _, ...options }: InsertOptions): VirtualCard {
    const content = this.certificateContent;
    const { kind } = PROFILES[profile];
    if (content === undefined || kind !== 'hpki') return makeCard(this.pki, profile, options);
    const der =
      this.pki.persons[PROFILES[profile].person].authentication?.certificate.der ?? new Uint8Array();
    return makeCard(this.pki, profile, { ...options, certificateContent: faultyCertificate(der, content) });
  }

  /** Takes the card out of a reader; nothing happens when there is none. Resolves when pcscd has seen it. */
  async remove(reader = 0): Promise<void> {
    const from = this.reader(reader);
    if (from.card === undefined) return;
    from.remove();
    await this.server.readerSettled(from);
  }

  /** Plugs a reader in. */
  async plug(reader = 0): Promise<void> {
    await this.replug(reader, true);
  }

  /** Pulls a reader's cable; a card stays in its slot. */
  async unplug(reader = 0): Promise<void> {
    await this.replug(reader, false);
  }

  private async replug(number: number, plugged: boolean): Promise<void> {
    const reader = this.reader(number);
    if (reader.plugged === plugged) return;
    this.server.plug(reader, plugged);
    await this.server.readerSettled(reader);
    await this.learnNames();
  }

  /** Makes something go wrong; `reader` says where, for those faults that have a place. */
  async fault(fault: Fault, reader = 0): Promise<void> {
    switch (fault.kind) {
      case 'pcscd-kill':
        await Promise.all([...this.relays.values()].map((relay) => relay.close()));
        await this.pcscd.kill();
        return;
      case 'pcscd-start':
        await this.startPcscd();
        return;
      case 'certificate':
        this.certificateContent = fault.content;
        return;
      case 'reset':
        await this.client('reset', this.seenName(reader));
        return;
      case 'hold':
        await this.hold(this.seenName(reader), fault.mode);
        return;
      case 'release':
        await this.release();
        return;
      case 'none':
        this.certificateContent = undefined;
        await this.release();
        this.reader(reader).setFault(fault);
        return;
      default:
        this.reader(reader).setFault(fault);
    }
  }

  /** APDUs answered and PINs tried, by all clients together, since the start or `resetCounts`. */
  counts(): Counts {
    return countsOf(this.recorder.entries);
  }

  /** Every APDU, without the values of PINs. */
  trace(): readonly TraceEntry[] {
    return this.recorder.entries;
  }

  resetCounts(): void {
    this.recorder.clear();
    for (const relay of this.relays.values()) relay.resetCounts();
  }

  /** A way to pcscd for one client whose APDUs are to be counted apart: give its environment to the client. */
  async clientRelay(label: string): Promise<ClientRelay> {
    const known = this.relays.get(label);
    if (known !== undefined) return known;
    const relay = new ClientRelay({
      label,
      socket: join(this.directory, `client-${this.relays.size}.comm`),
      upstream: this.pcscd.socket,
    });
    this.relays.set(label, relay);
    if (this.pcscd.running) await relay.open();
    return relay;
  }

  /**
   * Sends APDUs by a PC/SC client of its own, in one connection beside the others. For each, the answer in
   * hexadecimal, or the error's code (`0x80100016`); one code alone when there is no connection.
   */
  async send(commands: readonly string[], options: SendOptions = {}): Promise<string[]> {
    const name = options.name ?? this.seenName(options.reader ?? 0);
    const { stdout } = await run(this.parts.client, ['send', name, ...commands], {
      env: { ...process.env, ...this.environment, ...options.environment },
    }).catch((error: { stdout?: string }) => ({ stdout: error.stdout ?? '' }));
    return stdout.trimEnd().split('\n');
  }

  /** Ends everything the lab started and removes its folder. May be called twice. */
  async stop(): Promise<void> {
    await this.release();
    await Promise.all([...this.relays.values()].map((relay) => relay.close()));
    await this.pcscd.kill();
    await this.server.close();
    await this.removeDirectory();
  }

  private async startPcscd(): Promise<void> {
    const { failure } = this.pcscd.start();
    await Promise.race([this.server.settled(), failure]);
    await this.learnNames();
    await Promise.all([...this.relays.values()].map((relay) => relay.open()));
  }

  private reader(index: number): VirtualReader {
    const reader = this.virtualReaders[index];
    if (reader === undefined) throw new Error(`there is no reader ${index}`);
    return reader;
  }

  private async client(...args: string[]): Promise<string> {
    try {
      const { stdout } = await run(this.parts.client, args, { env: { ...process.env, ...this.environment } });
      return stdout;
    } catch (error) {
      const code = (error as { stdout?: string }).stdout?.trim() ?? '';
      throw new Error(`the lab's PC/SC client failed: ${args[0]} ${code}`.trim());
    }
  }

  private async learnNames(): Promise<void> {
    if (!this.pcscd.running) return;
    this.names = (await this.client('list')).split('\n').filter((name) => name !== '');
  }

  /** The name clients see for one of the lab's readers. */
  private seenName(index: number): string {
    const { name, plugged } = this.reader(index);
    const sameBefore = this.virtualReaders.filter(
      (other) => other.index < index && other.plugged && other.name === name,
    );
    const seen = this.names.filter((candidate) => candidate.startsWith(`${name} `))[sameBefore.length];
    if (!plugged || seen === undefined) throw new Error('the reader is not plugged in');
    return seen;
  }

  private async hold(name: string, mode: 'exclusive' | 'transaction'): Promise<void> {
    await this.release();
    const child = spawn(this.parts.client, ['hold', name, mode], {
      env: { ...process.env, ...this.environment },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.holder = child;
    await new Promise<void>((done, fail) => {
      child.once('error', fail);
      child.once('exit', () => fail(new Error('the card could not be held')));
      child.stdout.once('data', (line: Buffer) =>
        line.toString().startsWith('held') ? done() : fail(new Error(`the card could not be held: ${line}`)),
      );
    });
  }

  private async release(): Promise<void> {
    const child = this.holder;
    this.holder = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise<void>((done) => {
      child.once('exit', () => done());
      child.stdin?.end();
    });
  }
}
