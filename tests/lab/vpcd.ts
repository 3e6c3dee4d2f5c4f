import { copyFile, readdir } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { VirtualCard } from './card/virtual-card.ts';
import { type Bytes, concat } from './der.ts';

/**
 * The other way to a virtual card: vpcd, the stock virtual reader of Debian's vsmartcard-vpcd. The card dials
 * in over TCP; messages are a two-byte big-endian length and data, and one byte alone is a control.
 */
const CONTROL = { powerOff: 0, powerOn: 1, reset: 2, getAtr: 4 } as const;

/** Where Debian keeps the driver. */
const DRIVERS = '/usr/lib/pcsc/drivers/serial';

/** A TCP port that nobody listens on, with the next one: vpcd has two slots. */
export async function freePortPair(): Promise<number> {
  const listen = (port: number) =>
    new Promise<{ port: number; close: () => Promise<void> }>((done, fail) => {
      const server = createServer();
      server.once('error', fail);
      server.listen(port, () => {
        const address = server.address();
        if (address === null || typeof address === 'string') return fail(new Error('no port'));
        done({ port: address.port, close: () => new Promise((closed) => server.close(() => closed())) });
      });
    });
  for (;;) {
    const first = await listen(0);
    const second = await listen(first.port + 1).catch(() => undefined);
    await Promise.all([first.close(), second?.close()]);
    if (second !== undefined) return first.port;
  }
}

/**
 * reader.conf for vpcd, with the driver copied into the lab's folder: the private pcscd sees none of the
 * machine's drivers.
 */
export async function vpcdConfiguration(directory: string, port: number): Promise<string> {
  const library = (await readdir(DRIVERS)).find((name) => name.startsWith('libifdvpcd.so'));
  if (library === undefined) throw new Error('vsmartcard-vpcd is not installed');
  const copy = join(directory, 'libifdvpcd.so');
  await copyFile(join(DRIVERS, library), copy);
  const channel = `0x${port.toString(16).toUpperCase()}`;
  return `FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:${channel}\nLIBPATH ${copy}\nCHANNELID ${channel}\n`;
}

/** Puts a card into vpcd's reader, by dialling in. `remove` takes it out. */
export async function insertIntoVpcd(card: VirtualCard, port: number): Promise<{ remove: () => void }> {
  const socket = await dial(port);
  let received: Bytes = new Uint8Array();
  const send = (data: Bytes) =>
    socket.write(concat(Uint8Array.of(data.length >> 8, data.length & 0xff), data));
  socket.on('data', (chunk: Buffer) => {
    received = concat(received, chunk);
    for (;;) {
      const length = ((received[0] ?? 0) << 8) | (received[1] ?? 0);
      if (received.length < 2 || received.length < 2 + length) return;
      const message = received.slice(2, 2 + length);
      received = received.slice(2 + length);
      if (length > 1) send(card.transmit(message));
      else if (message[0] === CONTROL.getAtr) send(card.image.atr ?? new Uint8Array());
      else if (message[0] !== undefined) card.reset();
    }
  });
  socket.on('error', () => socket.destroy());
  return { remove: () => socket.destroy() };
}

function dial(port: number): Promise<Socket> {
  return new Promise((done, fail) => {
    const socket = connect(port, '127.0.0.1', () => done(socket));
    socket.setNoDelay(true);
    socket.once('error', fail);
  });
}
