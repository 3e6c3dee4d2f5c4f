import forge from 'node-forge';
import { describe, expect, it } from 'vitest';
import { hcRolesFromExtension } from './hc-role.ts';
import {
  CertificateFormatError,
  readCertificateProfile,
  sameUsername,
  usernameCandidates,
  usernameFromSubjectSerialNumber,
} from './index.ts';
import { registrationNumberVectors } from './registration-numbers.ts';

const keys = forge.pki.rsa.generateKeyPair(1024);

function certificate(change: (c: forge.pki.Certificate) => void): Uint8Array {
  const c = forge.pki.createCertificate();
  c.publicKey = keys.publicKey;
  c.serialNumber = '0001513B';
  c.validity.notBefore = new Date('2026-01-01T00:00:00Z');
  c.validity.notAfter = new Date('2031-01-01T00:00:00Z');
  c.setSubject([
    { type: '2.5.4.6', value: 'JP' },
    {
      type: '2.5.4.3',
      value: '00100 試験太郎',
      valueTagClass: forge.asn1.Type.UTF8 as never,
    },
    { type: '2.5.4.5', value: 'T00100-jpa' },
  ]);
  c.setIssuer([{ type: '2.5.4.3', value: 'HPKI-01-HPKI_JV2-forAuthentication-forIndividual' }]);
  change(c);
  c.sign(keys.privateKey, forge.md.sha256.create());
  return Buffer.from(forge.asn1.toDer(forge.pki.certificateToAsn1(c)).getBytes(), 'latin1');
}

/** RFC 5280 certificatePolicies with one policy. */
function policy(oid: string) {
  const { Class, Type, create, oidToDer, toDer } = forge.asn1;
  const id = create(Class.UNIVERSAL, Type.OID, false, oidToDer(oid).getBytes());
  const list = create(Class.UNIVERSAL, Type.SEQUENCE, true, [
    create(Class.UNIVERSAL, Type.SEQUENCE, true, [id]),
  ]);
  return { id: '2.5.29.32', critical: true, value: toDer(list).getBytes() };
}

describe('certificate profile', () => {
  it('reads the fields the chooser and the platform show', () => {
    const profile = readCertificateProfile(
      certificate((c) => c.setExtensions([{ name: 'keyUsage', critical: true, digitalSignature: true }])),
    );
    expect(profile).toMatchObject({
      kind: 'hpki-authentication',
      subject: { commonName: '00100 試験太郎', serialNumber: 'T00100-jpa', country: 'JP' },
      issuer: { commonName: 'HPKI-01-HPKI_JV2-forAuthentication-forIndividual' },
      serialNumber: '01513B',
      notAfter: '2031-01-01T00:00:00.000Z',
      keyUsage: ['digitalSignature'],
      hcRoles: [],
      publicKey: { algorithm: 'rsa', bits: 1024 },
    });
  });

  it.each([
    ['1.2.392.100495.1.5.1.2.3.1', 'hpki-authentication'],
    ['1.2.392.100495.1.5.1.1.3.1', 'hpki-signature'],
  ])('lets policy %s decide over the issuer name', (oid, kind) => {
    const profile = readCertificateProfile(certificate((c) => c.setExtensions([policy(oid)])));
    expect(profile).toMatchObject({ kind, policies: [oid] });
  });

  it('whose date is none is told as no certificate, and by no other error', () => {
    const der = certificate(() => undefined);
    const at = Buffer.from(der).indexOf('260101000000Z');
    expect(at).toBeGreaterThan(0);
    der[at] = 0; // found by changing octets of true certificates
    expect(() => readCertificateProfile(der)).toThrow(CertificateFormatError);
  });

  it('reads hcRole as it stands in published test certificates', () => {
    const der =
      '3030302E0606288185420001312431223020A01E311CA00C060A2A830886910F01060101A20C0C0A506861726D6163697374';
    const value = forge.asn1.fromDer(forge.util.hexToBytes(der));
    expect(hcRolesFromExtension(value)).toEqual(['Pharmacist']);
  });

  it.each([
    ['nothing', new Uint8Array(), 'not-der'],
    ['a length that lies', Uint8Array.of(0x30, 0x82, 0xff, 0xff, 0x01), 'not-der'],
    ['some other DER', Uint8Array.of(0x30, 0x03, 0x02, 0x01, 0x00), 'not-a-certificate'],
  ])('refuses %s with a code', (_, der, code) => {
    expect(() => readCertificateProfile(der)).toThrow(CertificateFormatError);
    expect(() => readCertificateProfile(der)).toThrow(`certificate: ${code}`);
  });
});

describe('user name', () => {
  it.each(registrationNumberVectors)(
    'of $serialNumber from $issuer follows the table',
    ({ serialNumber, issuer, name }) => {
      expect(usernameFromSubjectSerialNumber(serialNumber, issuer) ?? null).toEqual(name);
    },
  );

  it('is another one for the same number from another authority, unless the number itself says whose it is', () => {
    const authorities = [
      'HPKI-01-HPKI_JV2-forAuthentication-forIndividual',
      'HPKI-01-MedisAuthCA2-forAuthentication',
    ];
    const names = (serialNumber: string) =>
      new Set(authorities.map((issuer) => usernameFromSubjectSerialNumber(serialNumber, issuer)?.username));
    for (const number of ['1', '317044', 'F317044', 'R317044']) expect(names(number).size).toBe(2);
    expect(names('317044-jpa').size).toBe(1);
  });

  it('stays the same when it is read again from what was shown', () => {
    for (const { name } of registrationNumberVectors) {
      if (name) expect(usernameFromSubjectSerialNumber(name.username)?.username).toBe(name.username);
    }
  });

  it('is found again from the number alone', () => {
    expect(usernameCandidates(' ００１００ ')).toEqual(
      expect.arrayContaining(['00100-jpa', 't00100-jpa', 'f00100-jpa']),
    );
    expect(usernameCandidates('20766')).toEqual(
      expect.arrayContaining(['c20766-jma', 'f20766-jma', '20766']),
    );
    expect(usernameCandidates('C20766')).toEqual(['c20766', 'c20766-jpa', 'c20766-jma']);
    expect(usernameCandidates('T00100-JPA')).toEqual(['t00100-jpa']);
    expect(usernameCandidates("' or 1=1")).toEqual([]);
  });

  it('is the same in either case and width', () => {
    expect(sameUsername('T00100-jpa', 'ｔ00100-JPA ')).toBe(true);
    expect(sameUsername('t00100-jpa', 't00101-jpa')).toBe(false);
  });
});
