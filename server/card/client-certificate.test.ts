import { createPrivateKey, createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { policies } from '../../common/certificate/index.ts';
import { type Extension, encodeCertificate, extension } from '../../tests/lab/pki/certificate.ts';
import { AUTHENTICATION_POLICY } from '../../tests/lab/pki/definition.ts';
import { type Issued, makeTestPki, type PersonId, type TestPki } from '../../tests/lab/pki/index.ts';
import { knownAuthorities } from './chain.ts';
import { type CertificateRules, judgeCertificate } from './client-certificate.ts';

describe('client certificate', () => {
  let pki: TestPki;
  let rules: CertificateRules;
  let certificates: X509Certificate[];
  const now = Date.now();

  beforeAll(async () => {
    pki = await makeTestPki();
    const { root, hpkiAuthentication, medisAuthentication } = pki.authorities;
    certificates = [root, hpkiAuthentication, medisAuthentication].map(x509);
    rules = {
      authorities: knownAuthorities(certificates),
      policies: policies.hpkiAuthentication,
    };
  });

  const x509 = (issued: Issued) => new X509Certificate(issued.certificate.pem);
  const authentication = (id: PersonId): Uint8Array => {
    const der = pki.persons[id].authentication?.certificate.der;
    if (!der) throw new Error(`${id} has no authentication certificate`);
    return der;
  };

  it.each([
    ['pharmacist', 't00100-jpa'],
    ['pharmacist-2', 't00200-jpa'],
    ['expiring', 't00400-jpa'],
    ['doctor', 'testc01000'],
    ['no-role', 'test001100'],
  ] as const)('of %s logs in %s', async (person, username) => {
    expect(await judgeCertificate(authentication(person), rules, now)).toMatchObject({ ok: true, username });
  });

  it.each([
    ['expired', 'expired'],
    ['not-yet-valid', 'not-yet-valid'],
    ['unknown-ca', 'unknown-authority'],
    ['mynumber', 'unknown-authority'],
  ] as const)('of %s is refused as %s', async (person, refusal) => {
    expect(await judgeCertificate(authentication(person), rules, now)).toEqual({ ok: false, refusal });
  });

  it('for signatures is told apart, even when its CA is not known', async () => {
    const der = pki.persons.pharmacist.signature?.certificate.der as Uint8Array;
    const verdict = { ok: false, refusal: 'signature-certificate' };
    expect(await judgeCertificate(der, rules, now)).toEqual(verdict);
    expect(
      await judgeCertificate(
        der,
        { ...rules, authorities: knownAuthorities([...certificates, x509(pki.authorities.hpkiSignature)]) },
        now,
      ),
    ).toEqual(verdict);
  });

  it('needs the whole chain up to a self-signed authority', async () => {
    const onlyIssuer = {
      ...rules,
      authorities: knownAuthorities([x509(pki.authorities.hpkiAuthentication)]),
    };
    const onlyRoot = { ...rules, authorities: knownAuthorities([x509(pki.authorities.root)]) };
    for (const partial of [onlyIssuer, onlyRoot]) {
      expect(await judgeCertificate(authentication('pharmacist'), partial, now)).toEqual({
        ok: false,
        refusal: 'unknown-authority',
      });
    }
  });

  it('is accepted from the authorities that the operator lists, and from no others of a like name', async () => {
    const listed = {
      ...rules,
      authorities: knownAuthorities([...certificates, x509(pki.authorities.unrelated)]),
    };
    expect(await judgeCertificate(authentication('unknown-ca'), rules, now)).toMatchObject({ ok: false });
    expect(await judgeCertificate(authentication('unknown-ca'), listed, now)).toMatchObject({ ok: true });
  });

  it('needs the policy', async () => {
    const other = { ...rules, policies: ['1.2.3.4'] };
    expect(await judgeCertificate(authentication('pharmacist'), other, now)).toEqual({
      ok: false,
      refusal: 'not-for-authentication',
    });
  });

  /** The pharmacist's certificate as it is on the card, by the same authority, but for these usages. */
  function issuedFor(...usages: Extension[]): Uint8Array {
    const { hpkiAuthentication: issuer } = pki.authorities;
    const card = pki.persons.pharmacist.authentication as Issued;
    return encodeCertificate(
      {
        ...card,
        issuer: issuer.subject,
        publicKey: createPublicKey(card.certificate.pem),
        extensions: [...usages, extension.policies(AUTHENTICATION_POLICY)],
      },
      createPrivateKey(issuer.key.pem),
    );
  }

  it.each([
    ['key usage without digitalSignature', [extension.keyUsage('keyEncipherment')]],
    ['no key usage', []],
    [
      'extended key usage for servers only',
      [extension.keyUsage('digitalSignature'), extension.serverAuthentication()],
    ],
  ])('with %s is refused, whatever its chain and policy', async (_, usages) => {
    expect(await judgeCertificate(issuedFor(...usages), rules, now)).toEqual({
      ok: false,
      refusal: 'not-for-authentication',
    });
    const forCards = issuedFor(extension.keyUsage('digitalSignature'));
    expect(await judgeCertificate(forCards, rules, now)).toMatchObject({ ok: true, username: 't00100-jpa' });
  });

  it('of an authority itself, or of a server, logs nobody in', async () => {
    const { der } = pki.authorities.hpkiAuthentication.certificate;
    expect(await judgeCertificate(der, rules, now)).toMatchObject({ ok: false });
  });

  it('that carries another certificate as text within is not taken for that one', async () => {
    const { pem } = (pki.persons['pharmacist-2'].authentication as Issued).certificate;
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const card = pki.persons.pharmacist.authentication as Issued;
    const forged = encodeCertificate(
      {
        ...card,
        issuer: pki.authorities.hpkiAuthentication.subject,
        publicKey,
        extensions: [
          extension.keyUsage('digitalSignature'),
          extension.policies(AUTHENTICATION_POLICY),
          { id: '1.2.3.4', critical: false, value: new TextEncoder().encode(`\n${pem}\n`) },
        ],
      },
      privateKey,
    );
    expect(new X509Certificate(forged).subject).toContain('JPATEST');
    expect(await judgeCertificate(forged, rules, now)).toEqual({ ok: false, refusal: 'unreadable' });
  });

  it('is refused once it is revoked', async () => {
    const revoked = { ...rules, revocationOf: () => 'revoked' as const };
    expect(await judgeCertificate(authentication('pharmacist'), revoked, now)).toEqual({
      ok: false,
      refusal: 'revoked',
    });
  });

  it('lives by the clock', async () => {
    const later = now + 400 * 24 * 3_600_000;
    expect(await judgeCertificate(authentication('pharmacist'), rules, later)).toEqual({
      ok: false,
      refusal: 'expired',
    });
  });

  it('cut short or altered anywhere is refused, never accepted or thrown over', async () => {
    const good = authentication('pharmacist');
    for (let at = 0; at < good.length; at += 37) {
      const cut = good.slice(0, at);
      const altered = Uint8Array.from(good, (octet, index) => (index === at ? octet ^ 0x10 : octet));
      for (const bad of [cut, altered]) {
        expect(await judgeCertificate(bad, rules, now)).toMatchObject({ ok: false });
      }
    }
  });
});
