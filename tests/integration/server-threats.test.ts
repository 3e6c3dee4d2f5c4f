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
    const titles = titlesIn(await readFile(resolve(repository, file), 'utf8'));
    expect([row, titles.some((title) => title.includes(name))]).toEqual([row, true]);
  }
});

/** Titles of tests, not of groups, nor what else is in quotes: `it('…'`, or after the table `it.each(…)('…'`. */
function titlesIn(source: string): string[] {
  const title = /'((?:[^'\\\n]|\\.)+)'/y;
  const found = [];
  for (const { index, 0: begin } of source.matchAll(/(?<=^ *)it(?:\.each)?(?=\()/gm)) {
    let at = index + begin.length;
    if (begin === 'it.each') at = source.indexOf(')(', at) + 1;
    title.lastIndex = at + (/\(\s*/y.exec(source.slice(at))?.[0].length ?? 0);
    const [, text] = title.exec(source) ?? [];
    if (text !== undefined) found.push(text);
  }
  return found;
}

it('titles of tests are told from other text', () => {
  const source = [
    "describe('group', () => {",
    "  it('plain', () => expect('value').toBe('value'));",
    "  it.each([['row', 1]] as const)('of %s', (_) => {});",
    "  it.each([\n    ['row'],\n  ])(\n    'on a line of its own',\n    async () => {},\n  );",
    '});',
  ].join('\n');
  expect(titlesIn(source)).toEqual(['plain', 'of %s', 'on a line of its own']);
});
