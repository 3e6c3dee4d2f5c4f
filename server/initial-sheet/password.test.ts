import { describe, expect, it } from 'vitest';
import { foldPassword, hashPassword, isPassword, newPassword, printedPassword } from './password.ts';

describe('the password on a sheet', () => {
  it('has eight letters that are not taken for one another', () => {
    const passwords = Array.from({ length: 200 }, newPassword);
    for (const password of passwords) expect(password).toMatch(/^[A-Z2-9]{8}$/);
    expect(passwords.join('')).not.toMatch(/[0O1ILZ2S5B8]/);
    expect(new Set(passwords).size).toBe(200);
  });

  it.each(['acde-3467', 'ACDE 3467', 'ＡＣＤＥ－３４６７', 'acde−3467', 'acdeー3467', ' acde3467 '])(
    'may be typed as %j',
    async (typed) => {
      expect(printedPassword('ACDE3467')).toBe('ACDE-3467');
      expect(await isPassword(typed, await hashPassword('ACDE3467'))).toBe(true);
    },
  );

  it.each(['', 'acde-3466', 'acde-34677', 'x'.repeat(10_000)])('is not %j', async (typed) => {
    expect(await isPassword(typed, await hashPassword('ACDE3467'))).toBe(false);
    expect(foldPassword(typed).length).toBeLessThanOrEqual(64);
  });
});
