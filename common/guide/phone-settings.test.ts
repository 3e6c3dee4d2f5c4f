import { describe, expect, it } from 'vitest';
import { guideErrorById } from './errors.ts';
import { clearCacheRemedy, phoneCauseIds, phoneCauses, phoneSettings } from './phone-settings.ts';

const guide2 = guideErrorById('invalid-registration');

describe('error guide 2 by cause', () => {
  it('has all six causes of the manual, each once', () => {
    expect(phoneCauseIds.map((id) => phoneCauses[id].cause).sort()).toEqual(
      guide2.causes.map(({ text }) => text.ja).sort(),
    );
  });

  it('leaves out none of its remedies', () => {
    const remedies = [...phoneCauseIds.flatMap((id) => phoneCauses[id].remedies), clearCacheRemedy];
    expect([...new Set(remedies)].sort()).toEqual(guide2.remedies.map(({ text }) => text.ja).sort());
  });

  it('shows the way for both kinds of phone where the cause is of both', () => {
    for (const id of phoneCauseIds) {
      const { settings, phone } = phoneCauses[id];
      if (settings.length === 0) continue;
      const phones = new Set(settings.map((setting) => phoneSettings[setting].phone));
      expect([...phones].sort(), id).toEqual(phone ? [phone] : ['android', 'iphone']);
    }
  });

  it('draws exactly what is to be tapped or switched', () => {
    for (const [id, { screen, way }] of Object.entries(phoneSettings)) {
      expect(
        screen.rows.some(({ target }) => target),
        id,
      ).toBe(true);
      expect(way.length, id).toBeGreaterThan(1);
      // A row of the drawing holds no more.
      for (const { label } of [...screen.rows, { label: screen.heading }]) {
        expect(label.ja.length, id).toBeLessThanOrEqual(16);
        expect(label.en.length, id).toBeLessThanOrEqual(28);
      }
    }
  });
});
