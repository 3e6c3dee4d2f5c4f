import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

const text = (path: string) => readFile(new URL(path, import.meta.url), 'utf8');

describe('Setup’s words', () => {
  it.each(['ja', 'en'])('call the panel’s button by its name (%s)', async (language) => {
    const messages = JSON.parse(
      await text(`../../extension/public/_locales/${language}/messages.json`),
    ) as Record<string, { message: string }>;
    expect(await text('setup.nsi')).toContain(messages['action_check_again']?.message);
  });

  it('are there in both languages', async () => {
    const strings = [...(await text('setup.nsi')).matchAll(/^LangString (\w+) \$\{(LANG_\w+)\}/gm)];
    const names = (language: string) => strings.filter(([, , of]) => of === language).map(([, name]) => name);
    expect(names('LANG_JAPANESE').length).toBeGreaterThan(5);
    expect(names('LANG_JAPANESE')).toEqual(names('LANG_ENGLISH'));
  });
});
