import { expect, it } from 'vitest';
import { transmitWatcher } from './client-relay.ts';
import { toHex } from './der.ts';

/** One message of pcsc-lite's protocol: header, structure, and bytes after it. */
function message(command: number, structure: Buffer, after = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(structure.length, 0);
  header.writeUInt32LE(command, 4);
  return Buffer.concat([header, structure, after]);
}

function transmit(apdu: string): Buffer {
  const bytes = Buffer.from(apdu, 'hex');
  const structure = Buffer.alloc(32);
  structure.writeUInt32LE(bytes.length, 12);
  return message(0x09, structure, bytes);
}

function control(data: string): Buffer {
  const bytes = Buffer.from(data, 'hex');
  const structure = Buffer.alloc(24);
  structure.writeUInt32LE(bytes.length, 8);
  return message(0x0a, structure, bytes);
}

const stream = Buffer.concat([
  message(0x11, Buffer.alloc(12)),
  transmit('00A4020C020016'),
  control('0102030405060708090A'),
  message(0x12, Buffer.alloc(0)),
  transmit('00200088'),
]);

it.each([1, 3, 8, 40, stream.length])('finds the APDUs in pieces of %i bytes', (size) => {
  const found: string[] = [];
  const watch = transmitWatcher((command) => found.push(toHex(command)));
  for (let at = 0; at < stream.length; at += size) watch(stream.subarray(at, at + size));
  expect(found).toEqual(['00A4020C020016', '00200088']);
});
