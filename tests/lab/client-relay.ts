import { createServer, connect as dial, type Server, type Socket } from 'node:net';
import { type Counts, countsOf, Recorder, type TraceEntry } from './trace.ts';

/**
 * A second way to the private pcscd that sees what one client sends: give each program its own, and its APDUs
 * are told from the others'. The protocol is that of pcsc-lite 1.9 and later: a header of two 32-bit numbers
 * (size, command), a structure of that size, and for SCardTransmit and SCardControl the bytes to send.
 */
export class ClientRelay {
  readonly socket: string;
  private readonly upstream: string;
  private readonly recorder = new Recorder();
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();
  private readonly label: string;

  constructor(options: { label: string; socket: string; upstream: string }) {
    this.label = options.label;
    this.socket = options.socket;
    this.upstream = options.upstream;
  }

  get environment(): { readonly PCSCLITE_CSOCK_NAME: string } {
    return { PCSCLITE_CSOCK_NAME: this.socket };
  }

  /** APDUs this client has sent. The status is not looked at here; the lab's own trace has it. */
  trace(): readonly TraceEntry[] {
    return this.recorder.entries;
  }

  counts(): Counts {
    return countsOf(this.recorder.entries);
  }

  resetCounts(): void {
    this.recorder.clear();
  }

  async open(): Promise<void> {
    if (this.server !== undefined) return;
    const server = createServer((client) => this.join(client));
    this.server = server;
    await new Promise<void>((done, fail) => {
      server.once('error', fail);
      server.listen(this.socket, done);
    });
  }

  /** The socket goes away, as pcscd's own does: clients find no service. */
  async close(): Promise<void> {
    const server = this.server;
    this.server = undefined;
    for (const socket of this.sockets) socket.destroy();
    if (server !== undefined) await new Promise<void>((done) => server.close(() => done()));
  }

  private join(client: Socket): void {
    const service = dial(this.upstream);
    const end = () => {
      client.destroy();
      service.destroy();
    };
    for (const socket of [client, service]) {
      this.sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', end);
      socket.on('close', () => {
        this.sockets.delete(socket);
        end();
      });
    }
    const watch = transmitWatcher((command) => this.recorder.begin(this.label, command)('sent'));
    client.on('data', (chunk: Buffer) => {
      watch(chunk);
      service.write(chunk);
    });
    service.on('data', (chunk: Buffer) => client.write(chunk));
  }
}

const COMMAND = { transmit: 0x09, control: 0x0a } as const;
const HEADER = 8;
/** Where cbSendLength stands in struct transmit_struct and struct control_struct. */
const SEND_LENGTH = { [COMMAND.transmit]: 12, [COMMAND.control]: 8 } as const;

/** Follows one client's messages and gives the bytes of each SCardTransmit. */
export function transmitWatcher(found: (command: Uint8Array) => void): (chunk: Buffer) => void {
  let pending = Buffer.alloc(0);
  return (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= HEADER) {
      const size = pending.readUInt32LE(0);
      const command = pending.readUInt32LE(4);
      if (pending.length < HEADER + size) return;
      let end = HEADER + size;
      if (command === COMMAND.transmit || command === COMMAND.control) {
        const length = pending.readUInt32LE(HEADER + SEND_LENGTH[command]);
        if (pending.length < end + length) return;
        if (command === COMMAND.transmit) found(new Uint8Array(pending.subarray(end, end + length)));
        end += length;
      }
      pending = pending.subarray(end);
    }
  };
}
