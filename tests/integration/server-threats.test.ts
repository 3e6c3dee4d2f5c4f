import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

const repository = resolve(import.meta.dirname, '../..');

it('each threat of THREATS.md names a test that is there', async () => {
  const text = await readFile(resolve(repository, 'server/THREATS.md'), 'utf8');
  const rows = text.split('\n').filter((line) => /^\| [STRIDE] \|/.test(line));
  expect(new Set(rows.map((row) => row[2]))).toEqual(new Set('STRIDE'));
  for (const row of rows) {
    const [, file = '', name = ''] = /\| `([^`]+)`: (.+) \|$/.exec(row) ?? [];
    expect([row, file]).toEqual([row, expect.stringMatching(/\.test\.ts$/)]);
    const titles = [
      ...(await readFile(resolve(repository, file), 'utf8')).matchAll(/'((?:[^'\\\n]|\\.)+)'/g),
    ];
    expect([row, titles.some(([, title = '']) => title.includes(name))]).toEqual([row, true]);
  }
});
