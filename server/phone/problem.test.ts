import { describe, expect, it } from 'vitest';
import { guideErrorById } from '../../common/guide/index.ts';
import { causeOfFailure, type FailureReport, problemCauses, problemText } from './problem.ts';

const report: FailureReport = {
  name: 'NotAllowedError',
  milliseconds: 4000,
  webauthn: true,
  platformAuthenticator: true,
  inApp: false,
};

describe('cause of a failure on the phone', () => {
  it.each([
    [{}, 'cancelled'],
    [{ milliseconds: 30 }, 'refused-at-once'],
    [{ milliseconds: 300_000 }, 'timed-out'],
    [{ platformAuthenticator: false }, 'no-biometrics'],
    [{ platformAuthenticator: null }, 'cancelled'],
    [{ webauthn: false, name: 'TypeError' }, 'not-supported'],
    [{ name: 'InvalidStateError', platformAuthenticator: false }, 'already-registered'],
    [{ name: 'ConstraintError' }, 'no-biometrics'],
    [{ name: 'NotSupportedError' }, 'not-supported'],
    [{ name: 'SecurityError' }, 'wrong-site'],
    [{ name: 'NotReadableError' }, 'authenticator'],
    [{ name: 'NotReadableError', milliseconds: 30 }, 'refused-at-once'],
    [{ name: 'UnknownError', milliseconds: 30 }, 'refused-at-once'],
    [{ name: 'UnknownError', milliseconds: 30, platformAuthenticator: false }, 'no-biometrics'],
    [{ inApp: true, milliseconds: 30 }, 'not-supported'],
    [{ inApp: true, milliseconds: 30, platformAuthenticator: false }, 'not-supported'],
    [{ inApp: true }, 'cancelled'],
    [{ name: '<b>' }, 'authenticator'],
  ] as const)('%j is %s', (change, expected) => {
    expect(causeOfFailure({ ...report, ...change })).toBe(expected);
  });
});

describe('what is said of it', () => {
  it('is the manual’s sentence, with the likely cause and its remedy first', () => {
    expect(problemText({ cause: 'cancelled', phone: 'android' })).toMatchObject({
      error: 'invalid-registration',
      title: { ja: 'セキュリティキーの登録結果が無効です。' },
      causes: [
        { ja: '生体認証を実施している最中にキャンセル操作をした。' },
        { ja: '生体認証に失敗した。' },
        {},
        {},
      ],
      remedies: [{ ja: '再度生体認証を実施してください。' }, {}, {}, {}],
    });
    expect(problemText({ cause: 'refused-at-once', phone: 'iphone' }).causes[0]?.ja).toBe(
      'iCloudキーチェーンが有効になっていない。',
    );
  });

  it('names the browser first when Android refuses at once with something enrolled', () => {
    expect(problemText({ cause: 'refused-at-once', phone: 'android' }).causes[0]?.ja).toBe(
      'ブラウザまたはOSがFIDOをサポートしていない。',
    );
  });

  it('speaks of no PC where the QR code is on a sheet', () => {
    for (const cause of problemCauses) {
      const text = problemText({ cause, phone: 'android' }, true);
      expect(JSON.stringify(text)).not.toMatch(/PC|作り直す/);
    }
  });

  it('is Security Key Error without biometrics, manual (10)', () => {
    expect(problemText({ cause: 'no-biometrics', phone: 'android' }).title.ja).toBe('Security Key Error');
  });

  it('leaves out what belongs to the other kind of phone', () => {
    for (const cause of problemCauses) {
      const { causes, remedies } = problemText({ cause, phone: 'android' });
      expect(JSON.stringify([causes, remedies])).not.toMatch(/iCloud|TouchID|Safari/);
    }
  });

  it('still says everything the manual does when the kind of phone is not known', () => {
    const all = guideErrorById('invalid-registration').causes.map(({ text }) => text.ja);
    const said = problemText({ cause: 'cancelled', phone: 'other' }).causes.map(({ ja }) => ja);
    expect(said.toSorted()).toEqual(all.toSorted());
  });
});
