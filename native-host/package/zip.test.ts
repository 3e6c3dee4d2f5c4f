import { inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { zip } from './zip.ts';

const entry = (name: string, text: string) => ({ name, content: Buffer.from(text) });

/** Reads an archive by its local headers. */
function unzip(archive: Buffer): { name: string; text: string; time: number; date: number }[] {
  const entries = [];
  for (let at = 0; archive.readUInt32LE(at) === 0x04034b50; ) {
    const size = archive.readUInt32LE(at + 18);
    const nameLength = archive.readUInt16LE(at + 26);
    const body = at + 30 + nameLength;
    entries.push({
      name: archive.toString('utf8', at + 30, body),
      text: inflateRawSync(archive.subarray(body, body + size)).toString('utf8'),
      time: archive.readUInt16LE(at + 10),
      date: archive.readUInt16LE(at + 12),
    });
    at = body + size;
  }
  return entries;
}

describe('zip', () => {
  it('holds what was put in, sorted, without a time', () => {
    const archive = zip([entry('b/名前.txt', '薬'), entry('a.txt', 'x'.repeat(1000))]);
    expect(unzip(archive)).toEqual([
      { name: 'a.txt', text: 'x'.repeat(1000), time: 0, date: 33 },
      { name: 'b/名前.txt', text: '薬', time: 0, date: 33 },
    ]);
  });

  it('does not depend on the order in which files were found', () => {
    const files = [entry('a', '1'), entry('B', '2'), entry('c', '3')];
    expect(zip([...files].reverse())).toEqual(zip(files));
  });

  it('has a directory that points at every local header', () => {
    const archive = zip([entry('a', '1'), entry('b', '2')]);
    const end = archive.subarray(-22);
    expect(end.readUInt32LE(0)).toBe(0x06054b50);
    expect(end.readUInt16LE(10)).toBe(2);
    let at = end.readUInt32LE(16);
    const offsets = [];
    for (let count = 0; count < 2; count++) {
      expect(archive.readUInt32LE(at)).toBe(0x02014b50);
      offsets.push(archive.readUInt32LE(at + 42));
      at += 46 + archive.readUInt16LE(at + 28);
    }
    expect(at).toBe(archive.length - 22);
    expect(offsets.map((offset) => archive.readUInt32LE(offset))).toEqual([0x04034b50, 0x04034b50]);
  });
});
