import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { managedKeys, parseSettings } from './settings-schema.ts';

describe('settings', () => {
  it('fall back where something is missing or wrong', () => {
    expect(parseSettings({ start: 'elsewhere', autoOpen: 'yes', phone: 'fax' })).toMatchObject({
      start: 'association',
      autoOpen: false,
      phone: null,
      supportContact: '',
    });
  });

  it('let the administrator win over the person', () => {
    const own = { start: 'association', autoOpen: false, phone: 'iphone' };
    expect(
      parseSettings(own, { start: 'portal', autoOpen: true, supportContact: '03-0000-0000' }),
    ).toMatchObject({ start: 'portal', autoOpen: true, phone: 'iphone', supportContact: '03-0000-0000' });
  });

  it.each([
    'https://2nds.medis.or.jp.example/',
    'http://2nds.medis.or.jp/',
    'https://user:secret@2nds.medis.or.jp/',
    'javascript:alert(1)',
  ])('let nobody, and no administrator, send the journey to %s', (portalUrl) => {
    expect(parseSettings({}, { portalUrl }).portalUrl).toBe('https://2nds.medis.or.jp/');
    expect(parseSettings({ portalUrl }).portalUrl).toBe('https://2nds.medis.or.jp/');
  });

  it('take nothing from a policy that the schema does not name', async () => {
    expect(parseSettings({ phone: 'android' }, { phone: 'iphone' }).phone).toBe('android');
    const file = join(import.meta.dirname, '../public/managed-schema.json');
    const { properties } = JSON.parse(await readFile(file, 'utf8')) as { properties: object };
    expect(Object.keys(properties).sort()).toEqual([...managedKeys].sort());
  });
});
