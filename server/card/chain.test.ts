import { generateKeyPairSync, type KeyPairKeyObjectResult, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { nullValue } from '../../tests/lab/der.ts';
import {
  type CertificateFields,
  type Extension,
  encodeCertificate,
  encodeRevocationList,
  extension,
  type Name,
} from '../../tests/lab/pki/certificate.ts';
import { Revocation } from '../revocation/index.ts';
import { authorityFault, knownAuthorities } from './chain.ts';
import { judgeCertificate } from './client-certificate.ts';

/** Rules of RFC 5280 6.1 for authorities and certificates, with certificates made here that break one each. */
const now = Date.now();
const day = 86_400_000;
const authentication = '1.2.392.100495.1.5.1.2.3.1';
const signature = '1.2.392.100495.1.5.1.1.3.1';
const rootName: Name = [['CN', 'Root']];
const authorityName: Name = [['CN', 'HPKI-01-HPKI_JV2-forAuthentication-forIndividual']];
const keys = (modulusLength = 2048) => generateKeyPairSync('rsa', { modulusLength });
const root = keys();
const authority = keys();
const person = keys();
const signs = extension.keyUsage('keyCertSign', 'cRLSign');
const unknownCritical: Extension = { id: '1.2.3.4.5', critical: true, value: nullValue() };
const forServers = extension.serverAuthentication();

const seconds = (time: number) => new Date(Math.floor(time / 1000) * 1000);
const valid = { notBefore: seconds(now - day), notAfter: seconds(now + day) };

type Changes = Partial<CertificateFields>;
const rootOf = (changes: Changes = {}) =>
  encodeCertificate(
    {
      ...valid,
      serial: '01',
      issuer: rootName,
      subject: rootName,
      publicKey: root.publicKey,
      extensions: [extension.basicConstraints(true), signs],
      ...changes,
    },
    root.privateKey,
  );
const authorityOf = (changes: Changes = {}) =>
  encodeCertificate(
    {
      ...valid,
      serial: '02',
      issuer: rootName,
      subject: authorityName,
      publicKey: authority.publicKey,
      extensions: [extension.basicConstraints(true), signs],
      ...changes,
    },
    root.privateKey,
  );
const usages = [extension.keyUsage('digitalSignature'), extension.policies(authentication)];
const cardOf = (changes: Changes = {}, signer: KeyPairKeyObjectResult = authority) =>
  encodeCertificate(
    {
      ...valid,
      serial: '0101',
      issuer: authorityName,
      subject: [
        ['C', 'JP'],
        ['serialNumber', '999001-jpa'],
      ],
      publicKey: person.publicKey,
      extensions: usages,
      ...changes,
    },
    signer.privateKey,
  );

const x509 = (der: Uint8Array) => new X509Certificate(der);
async function verdict(
  card: Uint8Array,
  authorities: readonly Uint8Array[] = [rootOf(), authorityOf()],
  revocation?: Revocation,
  at = now,
): Promise<string> {
  const rules = {
    authorities: knownAuthorities(authorities.map(x509)),
    policies: [authentication],
    ...(revocation ? { revocationOf: revocation.statusOf.bind(revocation) } : {}),
  };
  const judged = await judgeCertificate(card, rules, at);
  return judged.ok ? judged.username : judged.refusal;
}

describe('a chain', () => {
  it('that breaks no rule is believed', async () => {
    expect(await verdict(cardOf())).toBe('999001-jpa');
    expect(await verdict(cardOf(), [rootOf({ digest: 'sha1' }), authorityOf()])).toBe('999001-jpa');
  });

  it.each<[string, Changes, Changes]>([
    ['a root that allows none below it', { extensions: [extension.basicConstraints(true, 0), signs] }, {}],
    ['an authority signed with MD5', {}, { digest: 'md5' }],
    ['an authority signed with SHA-1', {}, { digest: 'sha1' }],
    [
      'an authority with a critical extension that nobody knows',
      {},
      { extensions: [extension.basicConstraints(true), signs, unknownCritical] },
    ],
    [
      'an authority for servers alone',
      {},
      { extensions: [extension.basicConstraints(true), signs, forServers] },
    ],
    [
      'an authority for signatures alone',
      {},
      { extensions: [extension.basicConstraints(true), signs, extension.policies(signature)] },
    ],
    ['an authority that has ended', {}, { notAfter: seconds(now - 1000) }],
    ['one that is no authority', {}, { extensions: [signs] }],
  ])('with %s is not', async (_, rootChanges, authorityChanges) => {
    expect(await verdict(cardOf(), [rootOf(rootChanges), authorityOf(authorityChanges)])).toBe(
      'unknown-authority',
    );
  });

  it('with an authority of a short key is not', async () => {
    const weak = keys(1024);
    expect(await verdict(cardOf({}, weak), [rootOf(), authorityOf({ publicKey: weak.publicKey })])).toBe(
      'unknown-authority',
    );
  });

  it('may pass an authority for any policy, or for this one', async () => {
    for (const policy of ['2.5.29.32.0', authentication]) {
      const own = authorityOf({
        extensions: [extension.basicConstraints(true, 0), signs, extension.policies(policy)],
      });
      expect(await verdict(cardOf(), [rootOf(), own])).toBe('999001-jpa');
    }
  });

  it('is known to be broken before the first card comes', () => {
    const fault = (der: Uint8Array) => authorityFault(x509(der));
    expect(fault(authorityOf())).toBeUndefined();
    expect(fault(cardOf())).toBe('not-an-authority');
    expect(fault(authorityOf({ digest: 'md5' }))).toBe('weak-signature');
    expect(fault(authorityOf({ publicKey: keys(1024).publicKey }))).toBe('weak-key');
    const extensions = [extension.basicConstraints(true), signs];
    expect(fault(authorityOf({ extensions: [...extensions, forServers] }))).toBe('not-for-clients');
    expect(fault(authorityOf({ extensions: [...extensions, unknownCritical] }))).toBe(
      'unknown-critical-extension',
    );
  });
});

describe('a card’s certificate', () => {
  it.each<[string, Changes, string]>([
    ['signed with MD5', { digest: 'md5' }, 'unknown-authority'],
    ['signed with SHA-1', { digest: 'sha1' }, 'unknown-authority'],
    ['of a short key', { publicKey: keys(1024).publicKey }, 'not-for-authentication'],
    [
      'with a critical extension that nobody knows',
      { extensions: [...usages, unknownCritical] },
      'not-for-authentication',
    ],
    [
      'with an extended key usage for nothing',
      { extensions: [...usages, { ...forServers, value: Uint8Array.of(0x30, 0) }] },
      'not-for-authentication',
    ],
    [
      'with two numbers',
      {
        subject: [
          ['serialNumber', '999001-jpa'],
          ['serialNumber', '999002-jpa'],
        ],
      },
      'no-registration-number',
    ],
  ])('%s is refused', async (_, changes, refusal) => {
    expect(await verdict(cardOf(changes))).toBe(refusal);
  });

  it('with a number that could be somebody else’s at another association is refused', async () => {
    const number = (serialNumber: string): Changes => ({ subject: [['serialNumber', serialNumber]] });
    expect(await verdict(cardOf(number('317044')))).toBe('317044-jma');
    expect(await verdict(cardOf(number('1234567890')))).toBe('no-registration-number');
    expect(await verdict(cardOf(number('Test317044')))).toBe('no-registration-number');
    const unknownName: Name = [['CN', 'HPKI-01-Another-forAuthentication-forIndividual']];
    expect(
      await verdict(cardOf({ ...number('317044'), issuer: unknownName }), [
        rootOf(),
        authorityOf({ subject: unknownName }),
      ]),
    ).toBe('no-registration-number');
  });

  it('counts to the end of its last second', async () => {
    const { notAfter } = valid;
    const long = [
      rootOf({ notAfter: seconds(now + 2 * day) }),
      authorityOf({ notAfter: seconds(now + 2 * day) }),
    ];
    expect(await verdict(cardOf(), long, undefined, notAfter.getTime() + 999)).toBe('999001-jpa');
    expect(await verdict(cardOf(), long, undefined, notAfter.getTime() + 1000)).toBe('expired');
  });
});

describe('revocation', () => {
  const url = 'http://authority.example/list.crl';
  const revoked = [{ serial: '0101', date: seconds(now - day), reason: 1 }];

  function listOf(changes: Partial<Parameters<typeof encodeRevocationList>[0]> = {}, signer = authority) {
    return encodeRevocationList(
      {
        issuer: authorityName,
        thisUpdate: valid.notBefore,
        nextUpdate: valid.notAfter,
        number: 1,
        revoked: [],
        authorityKeyId: new Uint8Array(20),
        ...changes,
      },
      signer.privateKey,
    );
  }

  async function lists(...of: { list: Uint8Array; authority: Uint8Array; url?: string }[]) {
    const rows = of.map((one) => ({ url, ...one }));
    const database = {
      selectFrom: () => ({
        selectAll: () => ({
          where: (_: string, __: string, wanted: string) => ({
            executeTakeFirst: async () => {
              const row = rows.find((one) => one.url === wanted);
              return row && { list: Buffer.from(row.list).toString('base64'), fetched_at: now };
            },
          }),
        }),
      }),
    } as unknown as ConstructorParameters<typeof Revocation>[2]['database'];
    const revocation = new Revocation(
      { lists: [], refreshSeconds: 3600, graceSeconds: 0 } as unknown as ConstructorParameters<
        typeof Revocation
      >[0],
      rows.map((row) => ({ url: row.url, authority: x509(row.authority) })),
      { database, clock: () => now, log: { warn: () => undefined, info: () => undefined } },
    );
    await revocation.start();
    revocation.stop();
    return revocation;
  }

  it('is looked up by the authority’s name and key, whichever of its certificates the list was configured with', async () => {
    const old = authorityOf({ notAfter: seconds(now - 1000) });
    const renewed = authorityOf({ serial: '22' });
    const list = await lists({ list: listOf({ revoked }), authority: old });
    for (const authorities of [
      [rootOf(), old, renewed],
      [rootOf(), renewed, old],
      [rootOf(), renewed],
    ]) {
      expect(await verdict(cardOf(), authorities, list)).toBe('revoked');
      expect(await verdict(cardOf({ serial: '0102' }), authorities, list)).toBe('999001-jpa');
    }
    expect(list.addressesBeside([x509(renewed)])).toEqual([]);
    expect(list.addressesBeside([x509(rootOf())])).toEqual([url]);
  });

  it('of an authority counts for all that it issued', async () => {
    const rootList = (serial: string) =>
      lists({
        list: listOf({ issuer: rootName, revoked: [{ serial, date: seconds(now - day), reason: 1 }] }, root),
        authority: rootOf(),
      });
    expect(await verdict(cardOf(), undefined, await rootList('02'))).toBe('revoked');
    expect(await verdict(cardOf(), undefined, await rootList('03'))).toBe('999001-jpa');
  });

  it.each<[string, string | Name, string | Name]>([
    ['addresses', 'http://authority.example/tokyo.crl', 'http://authority.example/osaka.crl'],
    ['names in a directory', [['CN', 'Tokyo CRLDP']], [['CN', 'Osaka CRLDP']]],
  ])('in partitions with %s: a list says nothing of the others', async (_, tokyo, osaka) => {
    const card = cardOf({ extensions: [...usages, extension.distributionPoint(tokyo)] });
    const of = (point: string | Name) =>
      lists({
        list: listOf({ extensions: [extension.issuingDistributionPoint(point)] }),
        authority: authorityOf(),
      });
    expect(await verdict(card, undefined, await of(tokyo))).toBe('999001-jpa');
    expect(await verdict(card, undefined, await of(osaka))).toBe('revocation-unknown');
    // Nothing says in which it would be.
    expect(await verdict(cardOf(), undefined, await of(tokyo))).toBe('revocation-unknown');
  });

  it.each(['80', 'FF01', '0080', '7F'])('finds the serial number %s', async (serial) => {
    const list = await lists({
      list: listOf({ revoked: [{ serial, date: seconds(now - day), reason: 1 }] }),
      authority: authorityOf(),
    });
    expect(await verdict(cardOf({ serial }), undefined, list)).toBe('revoked');
  });

  it('of a card whose distribution points can’t be read is unknown', async () => {
    const list = await lists({ list: listOf(), authority: authorityOf() });
    const points = { id: '2.5.29.31', critical: false, value: Uint8Array.of(0x30, 0x80, 0, 0) };
    expect(await verdict(cardOf({ extensions: [...usages, points] }), undefined, list)).toBe(
      'revocation-unknown',
    );
  });
});
