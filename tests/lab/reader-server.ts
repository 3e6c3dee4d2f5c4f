import { createServer, type Server, type Socket } from 'node:net';
import type { Bytes } from './der.ts';
import type { ReaderAnswer, VirtualReader } from './virtual-reader.ts';

/** Longest wait for pcscd to take over a change, in milliseconds; it takes a few. */
const PATIENCE = 5000;

const STATUS = { 'no-card': 'E', unresponsive: 'E', timeout: 'T', unplugged: 'X' } as const;

type Line = { readonly events: Set<Socket>; readonly commands: Set<Socket> };

/** The lab's end of the driver in pcscd: see `ifd/virtual_readers.c` and `ifd/usb_bus.c`. */
export class ReaderServer {
  private readonly readers: readonly VirtualReader[];
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly buses = new Set<Socket>();
  private readonly lines: Line[];

  constructor(readers: readonly VirtualReader[]) {
    this.readers = readers;
    this.lines = readers.map(() => ({ events: new Set(), commands: new Set() }));
    this.server = createServer((socket) => this.accept(socket));
    for (const reader of readers) reader.onPresence = () => this.sendState(reader);
  }

  listen(path: string): Promise<void> {
    return new Promise((done, fail) => {
      this.server.once('error', fail);
      this.server.listen(path, done);
    });
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((done) => this.server.close(() => done()));
  }

  /** Waits until pcscd has opened every plugged reader and powered the cards in them. */
  async settled(): Promise<void> {
    await this.until(() => this.buses.size > 0);
    for (const reader of this.readers) await this.readerSettled(reader);
  }

  /** Waits until pcscd has taken over the reader's present state; at once when no pcscd is there. */
  async readerSettled(reader: VirtualReader): Promise<void> {
    const wanted = reader.plugged;
    await this.until(() => this.buses.size === 0 || this.isOpen(reader) === wanted);
    if (wanted && this.isOpen(reader)) await this.until(() => !this.isOpen(reader) || this.isKnown(reader));
  }

  private isOpen({ index }: VirtualReader): boolean {
    const line = this.lines[index];
    return line !== undefined && line.events.size > 0 && line.commands.size > 0;
  }

  /** What pcscd last took over from each reader, and whether it has asked the card for its ATR since. */
  private readonly known = new Map<VirtualReader, { state: string; poweredUp: boolean }>();

  private isKnown(reader: VirtualReader): boolean {
    const known = this.known.get(reader);
    return known?.state === this.stateOf(reader) && (reader.card === undefined || known.poweredUp);
  }

  private stateOf(reader: VirtualReader): '0' | '1' {
    return reader.card === undefined ? '0' : '1';
  }

  private waiters = new Set<() => void>();

  private changed(): void {
    for (const waiter of [...this.waiters]) waiter();
  }

  private until(condition: () => boolean): Promise<void> {
    return new Promise((done, fail) => {
      const timer = setTimeout(() => {
        this.waiters.delete(check);
        fail(new Error('the private pcscd does not take over the change'));
      }, PATIENCE);
      const check = () => {
        if (!condition()) return;
        clearTimeout(timer);
        this.waiters.delete(check);
        done();
      };
      this.waiters.add(check);
      check();
    });
  }

  /** Tells pcscd that the card went in or out. */
  private sendState(reader: VirtualReader): void {
    this.known.set(reader, { state: '', poweredUp: false });
    for (const socket of this.lines[reader.index]?.events ?? []) socket.write(this.stateOf(reader));
  }

  /** Plugs a reader in or pulls its cable, as far as pcscd sees it. */
  plug(reader: VirtualReader, plugged: boolean): void {
    reader.plugged = plugged;
    // Not over the event connection: pcscd would sleep for a second before it looks at the bus.
    if (!plugged) reader.interruptWaiting();
    for (const bus of this.buses) bus.write(Uint8Array.of((plugged ? '+' : '-').charCodeAt(0), reader.index));
  }

  private accept(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.sockets.delete(socket);
      this.buses.delete(socket);
      for (const line of this.lines) {
        line.events.delete(socket);
        line.commands.delete(socket);
      }
      this.changed();
    });
    let received: Bytes = new Uint8Array();
    let handle: ((data: Bytes) => Bytes) | undefined;
    socket.on('data', (chunk: Buffer) => {
      received = new Uint8Array(Buffer.concat([received, chunk]));
      if (handle === undefined) {
        if (received.length < 2) return;
        handle = this.introduce(socket, received.slice(0, 2));
        received = received.slice(2);
      }
      received = handle(received);
    });
  }

  /** Takes the two bytes with which a connection says what it is. */
  private introduce(socket: Socket, hello: Bytes): (data: Bytes) => Bytes {
    const kind = String.fromCharCode(hello[0] ?? 0);
    if (kind === 'U') {
      const mask = this.readers.reduce((bits, one) => bits | (one.plugged ? 1 << one.index : 0), 0);
      socket.write(Uint8Array.of(mask >> 8, mask & 0xff));
      this.buses.add(socket);
      this.changed();
      return () => new Uint8Array();
    }
    const reader = this.readers[hello[1] ?? 0xff];
    const line = reader && this.lines[reader.index];
    if (reader === undefined || line === undefined) {
      socket.destroy();
      return () => new Uint8Array();
    }
    if (kind === 'E') {
      line.events.add(socket);
      this.known.set(reader, { state: '', poweredUp: false });
      socket.write(this.stateOf(reader));
      this.changed();
      return (data) => {
        const state = data.at(-1);
        const known = this.known.get(reader);
        if (state !== undefined && known !== undefined) known.state = String.fromCharCode(state);
        this.changed();
        return new Uint8Array();
      };
    }
    line.commands.add(socket);
    this.changed();
    return (data) => this.takeCommands(socket, reader, data);
  }

  private takeCommands(socket: Socket, reader: VirtualReader, data: Bytes): Bytes {
    let rest = data;
    while (rest.length >= 5) {
      const length = new DataView(rest.buffer, rest.byteOffset).getUint32(1);
      if (rest.length < 5 + length) break;
      const operation = String.fromCharCode(rest[0] ?? 0);
      const argument = rest.slice(5, 5 + length);
      rest = rest.slice(5 + length);
      void this.operate(reader, operation, argument).then((answer) => {
        const status = 'data' in answer ? 'K' : STATUS[answer.failure];
        const content = 'data' in answer ? answer.data : new Uint8Array();
        const head = Buffer.alloc(5);
        head.write(status);
        head.writeUInt32BE(content.length, 1);
        if (!socket.destroyed) socket.write(Buffer.concat([head, content]));
        if (operation === 'P') {
          const known = this.known.get(reader);
          if (known !== undefined) known.poweredUp = true;
          this.changed();
        }
      });
    }
    return rest;
  }

  private async operate(reader: VirtualReader, operation: string, data: Bytes): Promise<ReaderAnswer> {
    switch (operation) {
      case 'P':
      case 'R':
        return reader.powerUp();
      case 'D':
        return reader.powerDown();
      case 'T':
        return reader.transmit(data);
      default:
        return { failure: 'unplugged' };
    }
  }
}
