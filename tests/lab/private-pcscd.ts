import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NativeParts } from './native-parts.ts';

export type PrivatePcscdOptions = {
  /** A folder of its own; holds the socket, the driver folder and the configuration. */
  readonly directory: string;
  readonly parts: NativeParts;
  /** Product names of the readers, in the order of their numbers. */
  readonly readerNames: readonly string[];
  /** Contents of further reader.conf files, by file name. */
  readonly configuration?: Readonly<Record<string, string>>;
  readonly readerSocket: string;
};

/** A pcscd that sees the lab's readers alone and is reached by a socket of its own. */
export class PrivatePcscd {
  readonly socket: string;
  private readonly options: PrivatePcscdOptions;
  private process: ChildProcess | undefined;
  private log = '';

  private constructor(options: PrivatePcscdOptions) {
    this.options = options;
    this.socket = join(options.directory, 'pcscd.comm');
  }

  /** Lays out its folder; `start` starts it. */
  static async prepare(options: PrivatePcscdOptions): Promise<PrivatePcscd> {
    const contents = join(options.directory, 'drivers/lab.bundle/Contents');
    await mkdir(join(contents, 'Linux'), { recursive: true });
    await symlink(options.parts.driver, join(contents, 'Linux/virtual_readers.so'));
    await writeFile(join(contents, 'Info.plist'), bundleDescription(options.readerNames));
    await mkdir(join(options.directory, 'configuration'));
    for (const [name, text] of Object.entries(options.configuration ?? {}))
      await writeFile(join(options.directory, 'configuration', name), text);
    return new PrivatePcscd(options);
  }

  get running(): boolean {
    return this.process !== undefined;
  }

  /** The process id, for a test that wants to know that it is gone. */
  get pid(): number | undefined {
    return this.process?.pid;
  }

  /** Starts it; resolves once the process exists. `failure` rejects if it ends by itself. */
  start(): { readonly failure: Promise<never> } {
    if (this.process !== undefined) throw new Error('the private pcscd is running already');
    const { directory, parts, readerSocket } = this.options;
    const child = spawn(
      parts.launcher,
      [
        String(process.pid),
        this.socket,
        join(directory, 'drivers'),
        join(directory, 'configuration'),
        parts.bus,
        '--error',
      ],
      { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, LAB_SOCKET: readerSocket } },
    );
    this.process = child;
    this.log = '';
    const append = (chunk: Buffer) => {
      this.log = `${this.log}${chunk}`.slice(-4000);
    };
    child.stdout.on('data', append);
    child.stderr.on('data', append);
    const failure = new Promise<never>((_, fail) => {
      child.once('error', fail);
      child.once('exit', (code, signal) => {
        if (this.process === child) this.process = undefined;
        fail(new Error(`the private pcscd ended (${signal ?? code}): ${this.log.trim()}`));
      });
    });
    // Whoever starts it listens until it is ready; later ends are wanted or seen by the clients.
    failure.catch(() => {});
    return { failure };
  }

  /** Ends it without ceremony, as a crash would, and waits until it is gone. */
  async kill(): Promise<void> {
    const child = this.process;
    if (child === undefined) return;
    await new Promise<void>((done) => {
      child.once('exit', () => done());
      child.kill('SIGKILL');
    });
    this.process = undefined;
  }
}

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Info.plist of the driver: reader N is the USB device F1AB:000N. */
function bundleDescription(readerNames: readonly string[]): string {
  // One string a line: pcscd's parser takes a line for one string.
  const array = (values: readonly string[]) =>
    `<array>\n${values.map((value) => `<string>${escapeXml(value)}</string>`).join('\n')}\n</array>`;
  const product = (_: string, index: number) => `0x${index.toString(16).padStart(4, '0')}`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0"><dict>
<key>CFBundleExecutable</key><string>virtual_readers.so</string>
<key>CFBundleName</key><string>LABREADERS</string>
<key>ifdCapabilities</key><string>0x00000000</string>
<key>ifdVendorID</key>${array(readerNames.map(() => '0xF1AB'))}
<key>ifdProductID</key>${array(readerNames.map(product))}
<key>ifdFriendlyName</key>${array(readerNames)}
</dict></plist>
`;
}
