import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ifAbsent } from '../if-absent.ts';
import { type Policy, parsedObject, policyNames, policyValues } from './policy-names.ts';
import type { Observer } from './port.ts';

/** Linux: policies are JSON files (Chrome Enterprise, Microsoft Edge documentation; Debian's Chromium). */
const folders: readonly { browser: Policy['browser']; folder: string }[] = [
  { browser: 'chrome', folder: '/etc/opt/chrome/policies/managed' },
  { browser: 'edge', folder: '/etc/opt/edge/policies/managed' },
  { browser: 'chromium', folder: '/etc/chromium/policies/managed' },
];

export function filePoliciesObserver({ root = '' }: { root?: string } = {}): Observer<'policies'> {
  return {
    subject: 'policies',
    deadlineMs: 1000,
    how: folders.map(({ folder }) => folder).join(', '),
    async observe() {
      const found = await Promise.all(folders.map((place) => policiesIn(root, place)));
      return { outcome: 'observed', facts: { policies: found.flat().slice(0, 64) } };
    },
  };
}

async function policiesIn(root: string, { browser, folder }: (typeof folders)[number]): Promise<Policy[]> {
  const files = (await readdir(join(root, folder)).catch(ifAbsent([])))
    .filter((name) => name.endsWith('.json'))
    .sort();
  const found: Policy[] = [];
  for (const file of files) {
    const text = await readFile(join(root, folder, file), 'utf8').catch(ifAbsent(''));
    const content = parsedObject(text);
    for (const name of policyNames) {
      if (!(name in content)) continue;
      const values = policyValues(name, content[name]);
      found.push({ browser, scope: 'machine', name, values, how: join(folder, file) });
    }
  }
  return found;
}
