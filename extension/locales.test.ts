import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import en from './public/_locales/en/messages.json' with { type: 'json' };
import ja from './public/_locales/ja/messages.json' with { type: 'json' };

type Messages = Record<string, { message: string }>;
const both = { ja: ja as Messages, en: en as Messages };
const folder = import.meta.dirname;

async function sources(kind: RegExp): Promise<{ name: string; text: string }[]> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => kind.test(name));
  return Promise.all(names.map(async (name) => ({ name, text: await readFile(join(folder, name), 'utf8') })));
}

describe('words of the user interface', () => {
  it('are there in both languages, with the same values', () => {
    expect(Object.keys(both.en)).toEqual(Object.keys(both.ja));
    const values = (text = '') => [...text.matchAll(/\$\d/g)].map(([value]) => value).sort();
    for (const [key, { message }] of Object.entries(both.ja)) {
      expect(values(both.en[key]?.message), key).toEqual(values(message));
      expect(both.en[key]?.message, key).not.toBe('');
    }
  });

  it('stand nowhere in the code of what is shown', async () => {
    const shown = await sources(/^(?:panel|pages)\/.*\.tsx$/);
    expect(shown.length).toBeGreaterThan(8);
    for (const { name, text } of shown) {
      const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
      expect(code, name).not.toMatch(/[ぁ-んァ-ヶ一-龠]/);
    }
  });

  it('are all used', async () => {
    const code = (await sources(/^(?:panel|pages)\/.*\.tsx?$/)).map(({ text }) => text).join('\n');
    const manifest = await readFile(join(folder, '../manifest.json'), 'utf8');
    const composed = /^(?:status|device|phone|certainty|afterFinish)_/;
    for (const key of Object.keys(both.ja)) {
      if (composed.test(key)) continue;
      expect(code.includes(`'${key}'`) || manifest.includes(`__MSG_${key}__`), key).toBe(true);
    }
  });
});
