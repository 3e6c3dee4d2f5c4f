import { describe, expect, it } from 'vitest';
import { proveProblemText, signInCauseOf, signInCauses, signInProblemText } from './problem.ts';

const report = {
  name: 'NotAllowedError',
  milliseconds: 30,
  webauthn: true,
  platformAuthenticator: true,
  inApp: false,
};

describe('a sign-in with the phone that failed', () => {
  it.each([
    [{}, 'nothing-here'],
    [{ inApp: true }, 'not-supported'],
    [{ name: 'UnknownError' }, 'authenticator'],
    [{ name: 'NotReadableError', milliseconds: 5000 }, 'authenticator'],
    [{ milliseconds: 5000 }, 'cancelled'],
  ] as const)('%j is %s', (change, expected) => {
    expect(signInCauseOf({ ...report, ...change })).toBe(expected);
  });

  it('sends nobody in circles who is in the right browser already', () => {
    const said = JSON.stringify(signInProblemText({ cause: 'not-supported', phone: 'android' }));
    expect(said).toContain('最新のものに更新してください');
  });
});

describe('the new phone that could not be checked', () => {
  it.each(signInCauses)('%s: to check again or to scan again, not to use the registered one', (cause) => {
    for (const phone of ['iphone', 'android'] as const) {
      const { causes, remedies } = proveProblemText({ cause, phone });
      expect(causes.length).toBeGreaterThan(0);
      const said = JSON.stringify([causes, remedies]);
      expect(said).not.toMatch(/登録されていない可能性|置き換わって|登録したスマートフォンで|カードで手続き/);
      expect(said).toContain('もう一度「確認」をタップし、生体認証を実施してください。');
      expect(said).toContain('前のスマートフォンはそのまま使えます。');
    }
  });
});
