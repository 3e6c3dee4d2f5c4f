import { createPrivateKey, X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeRevocationList, type RevocationListFields } from '../../tests/lab/pki/certificate.ts';
import { makeTestPki, type TestPki } from '../../tests/lab/pki/index.ts';
import { readRevocationList } from './revocation-list.ts';

const day = 86_400_000;

describe('a revocation list', () => {
  let pki: TestPki;
  let authority: X509Certificate;
  const now = Date.now();
  beforeAll(async () => {
    pki = await makeTestPki();
    authority = new X509Certificate(pki.authorities.hpkiAuthentication.certificate.pem);
  }, 60_000);

  const seconds = (time: number) => new Date(Math.floor(time / 1000) * 1000);
  function make(
    changes: Partial<RevocationListFields> = {},
    key = pki.authorities.hpkiAuthentication.key.pem,
  ) {
    return encodeRevocationList(
      {
        issuer: pki.authorities.hpkiAuthentication.subject,
        thisUpdate: seconds(now - day),
        nextUpdate: seconds(now + day),
        number: 7,
        revoked: [{ serial: '015143', date: seconds(now - day), reason: 1 }],
        authorityKeyId: new Uint8Array(20),
        ...changes,
      },
      createPrivateKey(key),
    );
  }
  const read = (list: Uint8Array) => readRevocationList(list, authority, now);

  it('of the authority is read, from DER and from PEM', () => {
    const list = read(make());
    expect([...list.revoked]).toEqual(['015143']);
    expect(list).toMatchObject({
      number: 7n,
      scope: { names: undefined, of: 'all' },
      nextUpdate: seconds(now + day).getTime(),
    });
    const { empty, revoking } = pki.authorities.hpkiAuthentication.crls;
    expect(read(Buffer.from(empty.pem)).revoked.size).toBe(0);
    expect([...read(Buffer.from(revoking.pem)).revoked]).toEqual(['015143']);
  });

  it('with twenty thousand entries is read', () => {
    const revoked = Array.from({ length: 20_000 }, (_, index) => ({
      serial: (0x100000 + index).toString(16),
      date: seconds(now - day),
      reason: 1 as const,
    }));
    const list = read(make({ revoked }));
    expect(list.revoked.size).toBe(20_000);
    expect(list.revoked.has('104E1F')).toBe(true);
  });

  it.each([
    ['of another authority', () => make({ issuer: pki.authorities.root.subject }), 'other-authority'],
    ['signed by another key', () => make({}, pki.authorities.unrelated.key.pem), 'bad-signature'],
    [
      'from the future',
      () => make({ thisUpdate: seconds(now + day), nextUpdate: seconds(now + 2 * day) }),
      'from-the-future',
    ],
    ['that is nothing', () => new Uint8Array(), 'not-a-list'],
    ['that is a web page', () => Buffer.from('<!doctype html><title>Login</title>'), 'not-a-list'],
    ['that is a certificate', () => pki.authorities.root.certificate.der, 'not-a-list'],
    ['with something behind it', () => Buffer.concat([make(), Buffer.alloc(1)]), 'not-a-list'],
  ])('%s is refused', (_, list, code) => {
    expect(() => read(list())).toThrow(expect.objectContaining({ code }));
  });

  it('with any octet changed is refused, and breaks nothing', () => {
    const list = make();
    let taken = 0;
    for (let index = 0; index < list.length; index += 1) {
      const wrong = Uint8Array.from(list);
      wrong[index] = (wrong[index] ?? 0) ^ 0x41;
      try {
        read(wrong);
        taken += 1;
      } catch (error) {
        expect(error).toHaveProperty('name', 'RevocationListError');
      }
    }
    expect(taken).toBe(0);
  });

  it('cut anywhere is refused', () => {
    const list = make();
    for (let length = 0; length < list.length; length += 7) {
      expect(() => read(list.subarray(0, length))).toThrow(/revocation list/);
    }
  });
});
