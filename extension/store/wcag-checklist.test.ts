import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** How many criteria of levels A and AA each guideline of WCAG 2.2 has, by number. */
const criteria: Readonly<Record<string, readonly number[]>> = {
  '1.1': [1],
  '1.2': [1, 2, 3, 4, 5],
  '1.3': [1, 2, 3, 4, 5],
  '1.4': [1, 2, 3, 4, 5, 10, 11, 12, 13],
  '2.1': [1, 2, 4],
  '2.2': [1, 2],
  '2.3': [1],
  '2.4': [1, 2, 3, 4, 5, 6, 7, 11],
  '2.5': [1, 2, 3, 4, 7, 8],
  '3.1': [1, 2],
  '3.2': [1, 2, 3, 4, 6],
  '3.3': [1, 2, 3, 4, 7, 8],
  '4.1': [2, 3],
};

it('has a row for every criterion of levels A and AA, once, and names tests that exist', async () => {
  const text = await readFile(join(import.meta.dirname, 'wcag-checklist.md'), 'utf8');
  const rows = text.split('\n').filter((line) => /^\| \d/.test(line));
  const listed = rows.flatMap((row) => row.split('|')[1]?.match(/\d\.\d\.\d+/g) ?? []);
  const wanted = Object.entries(criteria).flatMap(([guideline, numbers]) =>
    numbers.map((number) => `${guideline}.${number}`),
  );
  expect(wanted).toHaveLength(55);
  expect([...listed].sort()).toEqual([...wanted].sort());
  const files = ['extension.test.ts', 'extension-journey.test.ts'];
  const read = (file: string) => readFile(join(import.meta.dirname, '../../tests/e2e', file), 'utf8');
  const tests = (await Promise.all(files.map(read))).join('');
  const named = rows.flatMap((row) => [...(row.split('|')[3] ?? '').matchAll(/"([^"]+)"/g)]);
  expect(named.length).toBeGreaterThan(5);
  for (const [, name] of named) expect(tests).toContain(`it('${name}`);
});
