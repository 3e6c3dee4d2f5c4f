import { execFileSync } from 'node:child_process';
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import forge from 'node-forge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toHex } from '../der.ts';
import { encodeHcRole } from './hc-role.ts';
import { chooserRow, type Issued, makeTestPki, type TestPki } from './index.ts';

let directory: string;
let pki: TestPki;
const hosts = ['portal.test', 'card.portal.test', '127.0.0.1'];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'hpki-navi-pki-'));
  pki = await makeTestPki({ directory, hosts });
}, 120_000);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function authenticationOf(id: keyof TestPki['persons']): Issued {
  const issued = pki.persons[id].authentication;
  if (issued === undefined) throw new Error(`${id} has no authentication certificate`);
  return issued;
}

function openssl(...args: string[]): string {
  return execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

describe('hcRole', () => {
  it('is encoded as in the certificates of the association', () => {
    expect(toHex(encodeHcRole('Pharmacist'))).toBe(
      '3030302E0606288185420001312431223020A01E311CA00C060A2A830886910F01060101A20C0C0A506861726D6163697374',
    );
  });
});

describe('the test PKI', () => {
  it("gives the pharmacist the manual's certificate", () => {
    const issued = authenticationOf('pharmacist');
    expect(chooserRow(issued)).toEqual({
      subject: '00100 JPATEST',
      issuer: 'HPKI-01-HPKI_JV2-forAuthentication-forIndividual',
      serial: '01513B',
    });
    expect(new X509Certificate(issued.certificate.pem).serialNumber).toBe('01513B');
    expect(pki.persons.pharmacist.username).toBe('T00100-jpa');
  });

  it('encodes names in the order and string types of HPKI', () => {
    const certificate = forge.pki.certificateFromPem(authenticationOf('pharmacist').certificate.pem);
    expect(
      certificate.subject.attributes.map(({ type, value, valueTagClass }) => [type, value, valueTagClass]),
    ).toEqual([
      ['2.5.4.6', 'JP', forge.asn1.Type.PRINTABLESTRING],
      ['2.5.4.3', '00100 JPATEST', forge.asn1.Type.UTF8],
      ['2.5.4.5', 'T00100-jpa', forge.asn1.Type.PRINTABLESTRING],
    ]);
  });

  it('tells authentication from signature by key usage and policy', () => {
    const text = (issued: Issued | undefined) =>
      openssl('x509', '-in', issued?.certificate.path ?? '', '-noout', '-text');
    const authentication = text(pki.persons.pharmacist.authentication);
    expect(authentication).toMatch(/X509v3 Key Usage: critical\s+Digital Signature\n/);
    expect(authentication).toContain('1.2.392.100495.1.5.1.2.3.1');
    const signature = text(pki.persons.pharmacist.signature);
    expect(signature).toMatch(/X509v3 Key Usage: critical\s+Non Repudiation\n/);
    expect(signature).toContain('1.2.392.100495.1.5.1.1.3.1');
    expect(signature).toContain('URI:http://crl.hpki-navi.test/repository/crl/crl-sign2.crl');
  });

  it('gives every certificate the key beside it', () => {
    const all = Object.values(pki.persons).flatMap((person) => [person.authentication, person.signature]);
    for (const issued of [...all, ...Object.values(pki.authorities), ...Object.values(pki.servers)]) {
      if (issued === undefined) continue;
      const certificate = new X509Certificate(issued.certificate.pem);
      expect(certificate.checkPrivateKey(createPrivateKey(issued.key.pem))).toBe(true);
      expect(statSync(issued.key.path).mode & 0o777).toBe(0o600);
    }
  });

  it('chains to its root by openssl, and the unrelated CA does not', () => {
    const { root, hpkiAuthentication, unrelated } = pki.authorities;
    const verify = (issued: Issued, ...extra: string[]) =>
      openssl(
        'verify',
        '-CAfile',
        root.certificate.path,
        '-untrusted',
        hpkiAuthentication.certificate.path,
        ...extra,
        issued.certificate.path,
      );
    expect(verify(authenticationOf('pharmacist'))).toContain('OK');
    expect(() => verify(authenticationOf('unknown-ca'))).toThrow(/unable to get local issuer/);
    expect(() => verify(authenticationOf('expired'))).toThrow(/certificate has expired/);
    expect(() => verify(authenticationOf('not-yet-valid'))).toThrow(/not yet valid/);
    const key = createPublicKey(unrelated.certificate.pem);
    expect(new X509Certificate(authenticationOf('unknown-ca').certificate.pem).verify(key)).toBe(true);
  });

  it('has CRLs: an empty one and one with the revoked person', () => {
    const { root, hpkiAuthentication } = pki.authorities;
    const verify = (id: 'pharmacist' | 'revoked', kind: 'empty' | 'revoking') =>
      openssl(
        'verify',
        '-crl_check',
        '-CAfile',
        root.certificate.path,
        '-untrusted',
        hpkiAuthentication.certificate.path,
        '-CRLfile',
        hpkiAuthentication.crls[kind].path,
        authenticationOf(id).certificate.path,
      );
    expect(verify('revoked', 'empty')).toContain('OK');
    expect(verify('pharmacist', 'revoking')).toContain('OK');
    expect(() => verify('revoked', 'revoking')).toThrow(/certificate revoked/);
  });

  it('makes server certificates for host names and addresses', () => {
    for (const host of hosts) {
      const { certificate } = pki.servers[host] ?? { certificate: { path: '', pem: '' } };
      const flag = host === '127.0.0.1' ? '-verify_ip' : '-verify_hostname';
      expect(
        openssl(
          'verify',
          '-purpose',
          'sslserver',
          flag,
          host,
          '-CAfile',
          pki.authorities.tls.certificate.path,
          certificate.path,
        ),
      ).toContain('OK');
    }
  });

  it('says in every name that it is a test', () => {
    for (const authority of Object.values(pki.authorities))
      expect(JSON.stringify(authority.subject)).toMatch(/hpki-navi test/);
    for (const person of Object.values(pki.persons))
      expect(JSON.stringify(person.authentication?.subject)).toMatch(/test|shiken/i);
  });
});

describe('the cache', () => {
  it('gives the same certificates again, and makes more hosts on demand', async () => {
    const again = await makeTestPki({ directory, hosts: ['portal.test', 'another.test'] });
    expect(authenticationOf('pharmacist').certificate.pem).toBe(
      again.persons.pharmacist.authentication?.certificate.pem,
    );
    expect(again.servers['portal.test']?.certificate.pem).toBe(pki.servers['portal.test']?.certificate.pem);
    expect(again.servers['another.test']?.chain).toContain(pki.authorities.tls.certificate.pem);
  });

  it('refuses a host name that is a path', async () => {
    await expect(makeTestPki({ directory, hosts: ['../x'] })).rejects.toThrow(/not a host name/);
  });

  it('is made anew each week, keeps the last one and removes older ones', async () => {
    const other = mkdtempSync(join(tmpdir(), 'hpki-navi-pki-'));
    try {
      const week = 7 * 24 * 3600 * 1000;
      const start = Date.now();
      const made = [];
      for (const weeks of [0, 1, 2])
        made.push(await makeTestPki({ directory: other, now: new Date(start + weeks * week) }));
      expect(made.map((one) => existsSync(one.directory))).toEqual([false, true, true]);
      expect(readdirSync(other)).toHaveLength(2);
      const left = (made[2]?.persons.expiring.authentication?.notAfter.getTime() ?? 0) - (start + 2 * week);
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThan(30 * 24 * 3600 * 1000);
    } finally {
      rmSync(other, { recursive: true, force: true });
    }
  }, 120_000);
});
