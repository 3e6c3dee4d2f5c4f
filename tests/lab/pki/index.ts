import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  X509Certificate,
} from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Bytes } from '../der.ts';
import {
  type Extension,
  encodeCertificate,
  encodeRevocationList,
  extension,
  type Name,
  nameText,
  subjectKeyId,
  toPem,
} from './certificate.ts';
import {
  AUTHENTICATION_POLICY,
  AUTHORITIES,
  type AuthorityId,
  DEFINITION,
  PERSONS,
  type PersonDefinition,
  type PersonId,
  SIGNATURE_POLICY,
} from './definition.ts';
import { encodeHcRole, SUBJECT_DIRECTORY_ATTRIBUTES } from './hc-role.ts';

export type { Name } from './certificate.ts';
export { nameText } from './certificate.ts';
export { type AuthorityId, PERSONS, type PersonId } from './definition.ts';

const DAY = 24 * 60 * 60 * 1000;

/** One generation of the PKI is used for this long, then made anew: nothing in it ever comes near expiry. */
const GENERATION = 7 * DAY;

const PROJECT = resolve(import.meta.dirname, '../../..');
export const DEFAULT_DIRECTORY = join(PROJECT, '.cache/pki');

/** A certificate with its private key, as text and as files. */
export type Issued = {
  readonly certificate: { readonly pem: string; readonly der: Bytes; readonly path: string };
  readonly key: { readonly pem: string; readonly path: string };
  /** Hexadecimal, upper case, as the certificate chooser shows it. */
  readonly serial: string;
  readonly subject: Name;
  readonly issuer: Name;
  readonly notBefore: Date;
  readonly notAfter: Date;
};

export type Authority = Issued & {
  /** The same CRL twice: with nothing in it, and with the person `revoked` in it. */
  readonly crls: Record<'empty' | 'revoking', { readonly pem: string; readonly path: string }>;
};

export type Person = {
  readonly id: PersonId;
  /** Subject serialNumber; undefined for JPKI. The registration site uses it in lower case as username. */
  readonly username: string | undefined;
  readonly authentication?: Issued;
  readonly signature?: Issued;
};

/** A TLS server's certificate. `chain` is the server's PEM followed by its CA's. */
export type ServerIdentity = Issued & { readonly chain: string };

export type TestPki = {
  /** Where the files are; names inside it are stable, the folder's own name is not. */
  readonly directory: string;
  readonly authorities: Readonly<Record<AuthorityId, Authority>>;
  readonly persons: Readonly<Record<PersonId, Person>>;
  readonly servers: Readonly<Record<string, ServerIdentity>>;
};

export type TestPkiOptions = {
  /** Cache folder; `.cache/pki` of the project by default. */
  readonly directory?: string;
  /** Host names (or IPv4 addresses) to make TLS server certificates for. */
  readonly hosts?: readonly string[];
  readonly now?: Date;
};

/**
 * Gives the test PKI: HPKI-like and JPKI-like authorities, the persons on the lab's cards, and TLS servers.
 * It is made once per week and definition (a few seconds) and then read from the cache. Safe to call from
 * several processes at the same time: each folder appears complete, by rename.
 */
export async function makeTestPki(options: TestPkiOptions = {}): Promise<TestPki> {
  const cache = resolve(options.directory ?? DEFAULT_DIRECTORY);
  const generation = Math.floor((options.now ?? new Date()).getTime() / GENERATION);
  const epoch = new Date(generation * GENERATION);
  const definition = createHash('sha256').update(JSON.stringify(DEFINITION)).digest('hex').slice(0, 8);
  const directory = join(cache, `${definition}-${generation}`);
  if (!existsSync(directory)) {
    await appear(directory, (draft) => writeGeneration(draft, epoch));
    await removeOldGenerations(cache, generation);
  }
  const authorities = await mapValues(AUTHORITIES, (id) => readAuthority(directory, id));
  const persons = await mapValues(PERSONS, (id) => readPerson(directory, id));
  const servers: Record<string, ServerIdentity> = {};
  for (const host of new Set(options.hosts))
    servers[host] = await server(directory, host, authorities.tls, epoch);
  return { directory, authorities, persons, servers };
}

async function mapValues<Id extends string, Value>(
  record: Readonly<Record<Id, unknown>>,
  make: (id: Id) => Promise<Value>,
): Promise<Record<Id, Value>> {
  const ids = Object.keys(record) as Id[];
  const values = await Promise.all(ids.map(make));
  return Object.fromEntries(ids.map((id, index) => [id, values[index]])) as Record<Id, Value>;
}

/** Makes a folder under another name and renames it, so that nobody ever sees half of it. */
async function appear(directory: string, write: (draft: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(directory), { recursive: true });
  const draft = await mkdtemp(`${directory}.draft-`);
  try {
    await write(draft);
    await rename(draft, directory);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Another process was first: its folder is as good as this one.
    if (!existsSync(directory)) throw error;
  }
}

async function removeOldGenerations(cache: string, generation: number): Promise<void> {
  for (const name of await readdir(cache)) {
    const made = /^[0-9a-f]{8}-(\d+)/.exec(name)?.[1];
    // The last generation stays: a long run may still be using it.
    if (made !== undefined && Number(made) < generation - 1)
      await rm(join(cache, name), { recursive: true, force: true });
  }
}

type KeyPair = { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
const generate = promisify(generateKeyPair);
const makeKey = (): Promise<KeyPair> => generate('rsa', { modulusLength: 2048 });

const certificatePath = (directory: string, name: string) => join(directory, `${name}.crt`);
const keyPath = (directory: string, name: string) => join(directory, `${name}.key`);
const crlPath = (directory: string, name: string) => join(directory, `${name}.crl`);

async function writeIssued(directory: string, name: string, der: Bytes, key: KeyPair): Promise<void> {
  await mkdir(dirname(join(directory, name)), { recursive: true });
  const pem = key.privateKey.export({ type: 'pkcs8', format: 'pem' });
  await writeFile(keyPath(directory, name), pem, { mode: 0o600 });
  await writeFile(certificatePath(directory, name), toPem(der, 'CERTIFICATE'));
}

async function writeGeneration(directory: string, epoch: Date): Promise<void> {
  const day = (days: number) => new Date(epoch.getTime() + days * DAY);
  const ids = Object.keys(AUTHORITIES) as AuthorityId[];
  const keys = new Map(await Promise.all(ids.map(async (id) => [id, await makeKey()] as const)));
  const keyOf = (id: AuthorityId): KeyPair => {
    const key = keys.get(id);
    if (key === undefined) throw new Error(`no key for ${id}`);
    return key;
  };
  for (const id of ids) {
    const definition = authorityDefinition(id);
    const issuer = definition.issuer ?? id;
    const der = encodeCertificate(
      {
        serial: definition.serial,
        issuer: AUTHORITIES[issuer].subject,
        subject: definition.subject,
        notBefore: day(-700),
        notAfter: day(3650),
        publicKey: keyOf(id).publicKey,
        extensions: [
          authorityKeyId(issuer, keyOf(issuer).publicKey),
          extension.subjectKeyId(keyOf(id).publicKey),
          extension.keyUsage('keyCertSign', 'cRLSign'),
          extension.basicConstraints(true),
          ...(definition.policy === undefined ? [] : [extension.policies(definition.policy)]),
        ],
      },
      keyOf(issuer).privateKey,
    );
    await writeIssued(directory, `authorities/${id}`, der, keyOf(id));
    for (const kind of ['empty', 'revoking'] as const) {
      const crl = encodeRevocationList(
        {
          issuer: definition.subject,
          thisUpdate: day(-1),
          nextUpdate: day(60),
          number: kind === 'empty' ? 1 : 2,
          revoked:
            kind === 'empty'
              ? []
              : revokedSerials(id).map((serial) => ({ serial, date: day(-1), reason: 4 })),
          authorityKeyId: subjectKeyId(keyOf(id).publicKey),
        },
        keyOf(id).privateKey,
      );
      await writeFile(crlPath(directory, `authorities/${id}-${kind}`), toPem(crl, 'X509 CRL'));
    }
  }
  await Promise.all(
    (Object.keys(PERSONS) as PersonId[]).flatMap((id) =>
      (['authentication', 'signature'] as const).map(async (use) => {
        const person: PersonDefinition = PERSONS[id];
        const issue = person[use];
        if (issue === undefined) return;
        const key = await makeKey();
        const der = encodeCertificate(
          {
            serial: issue.serial,
            issuer: AUTHORITIES[issue.issuer].subject,
            subject: person.subject,
            notBefore: day(person.validity.fromDays),
            notAfter: day(person.validity.toDays),
            publicKey: key.publicKey,
            extensions: personExtensions(
              person,
              use,
              issue.issuer,
              keyOf(issue.issuer).publicKey,
              key.publicKey,
            ),
          },
          keyOf(issue.issuer).privateKey,
        );
        await writeIssued(directory, `persons/${id}-${use}`, der, key);
      }),
    ),
  );
}

function authorityDefinition(id: AuthorityId): {
  subject: Name;
  issuer?: AuthorityId;
  serial: string;
  policy?: string;
} {
  return AUTHORITIES[id];
}

function authorityKeyId(id: AuthorityId, publicKey: KeyObject): Extension {
  const definition = authorityDefinition(id);
  return extension.authorityKeyId(publicKey, AUTHORITIES[definition.issuer ?? id].subject, definition.serial);
}

function revokedSerials(authority: AuthorityId): string[] {
  const persons: PersonDefinition[] = Object.values(PERSONS);
  return persons
    .filter((person) => person.revoked)
    .flatMap((person) => [person.authentication, person.signature])
    .flatMap((issue) => (issue?.issuer === authority ? [issue.serial] : []));
}

/** The order is that of the association's own end-entity certificates. */
function personExtensions(
  person: PersonDefinition,
  use: 'authentication' | 'signature',
  issuer: AuthorityId,
  issuerKey: KeyObject,
  publicKey: KeyObject,
): Extension[] {
  const japanesePublic = issuer === 'jpkiAuthentication' || issuer === 'jpkiSignature';
  const short = use === 'authentication' ? 'auth' : 'sign';
  const policy = {
    hpki: use === 'authentication' ? AUTHENTICATION_POLICY : SIGNATURE_POLICY,
    jpki: use === 'authentication' ? '1.2.392.200149.8.5.1.3.30' : '1.2.392.200149.8.5.1.1.10',
  };
  return [
    authorityKeyId(issuer, issuerKey),
    extension.subjectKeyId(publicKey),
    extension.keyUsage(use === 'authentication' ? 'digitalSignature' : 'nonRepudiation'),
    japanesePublic
      ? extension.policies(policy.jpki)
      : extension.policies(policy.hpki, 'http://pki.hpki-navi.test/certpolicy/'),
    ...(person.alternativeName === undefined
      ? []
      : [extension.alternativeDirectoryName(person.alternativeName)]),
    ...(person.role === undefined
      ? []
      : [{ id: SUBJECT_DIRECTORY_ATTRIBUTES, critical: false, value: encodeHcRole(person.role) }]),
    extension.distributionPoint(`http://crl.hpki-navi.test/repository/crl/crl-${short}2.crl`),
  ];
}

async function readIssued(
  directory: string,
  name: string,
  facts: { serial: string; subject: Name; issuer: Name },
): Promise<Issued> {
  const path = certificatePath(directory, name);
  const pem = await readFile(path, 'utf8');
  const der = new Uint8Array(Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64'));
  const parsed = new X509Certificate(pem);
  return {
    certificate: { pem, der, path },
    key: { pem: await readFile(keyPath(directory, name), 'utf8'), path: keyPath(directory, name) },
    serial: facts.serial,
    subject: facts.subject,
    issuer: facts.issuer,
    notBefore: parsed.validFromDate,
    notAfter: parsed.validToDate,
  };
}

async function readAuthority(directory: string, id: AuthorityId): Promise<Authority> {
  const { serial, subject, issuer = id } = authorityDefinition(id);
  const crl = async (kind: 'empty' | 'revoking') => {
    const path = crlPath(directory, `authorities/${id}-${kind}`);
    return { path, pem: await readFile(path, 'utf8') };
  };
  return {
    ...(await readIssued(directory, `authorities/${id}`, {
      serial,
      subject,
      issuer: AUTHORITIES[issuer].subject,
    })),
    crls: { empty: await crl('empty'), revoking: await crl('revoking') },
  };
}

async function readPerson(directory: string, id: PersonId): Promise<Person> {
  const person: PersonDefinition = PERSONS[id];
  const read = async (use: 'authentication' | 'signature'): Promise<{ [Use in typeof use]?: Issued }> => {
    const issue = person[use];
    if (issue === undefined) return {};
    const facts = {
      serial: issue.serial,
      subject: person.subject,
      issuer: AUTHORITIES[issue.issuer].subject,
    };
    return { [use]: await readIssued(directory, `persons/${id}-${use}`, facts) };
  };
  const username = person.subject.find(([type]) => type === 'serialNumber')?.[1];
  return { id, username, ...(await read('authentication')), ...(await read('signature')) };
}

async function server(
  directory: string,
  host: string,
  authority: Authority,
  epoch: Date,
): Promise<ServerIdentity> {
  if (!/^[a-z0-9.-]+$/i.test(host)) throw new Error(`not a host name: ${host}`);
  const subject: Name = [...AUTHORITIES.tls.subject.slice(0, 3), ['CN', host]];
  const serial = `10${createHash('sha256').update(host).digest('hex').slice(0, 14).toUpperCase()}`;
  const target = join(directory, 'servers', host);
  if (!existsSync(target)) {
    const key = await makeKey();
    const issuerKey = createPublicKey(createPrivateKey(authority.key.pem));
    const der = encodeCertificate(
      {
        serial,
        issuer: AUTHORITIES.tls.subject,
        subject,
        notBefore: new Date(epoch.getTime() - DAY),
        // Browsers accept no more than 398 days, and less every year.
        notAfter: new Date(epoch.getTime() + 40 * DAY),
        publicKey: key.publicKey,
        extensions: [
          authorityKeyId('tls', issuerKey),
          extension.subjectKeyId(key.publicKey),
          extension.keyUsage('digitalSignature', 'keyEncipherment'),
          extension.basicConstraints(false),
          extension.serverAuthentication(),
          extension.alternativeNames([host]),
        ],
      },
      createPrivateKey(authority.key.pem),
    );
    await appear(target, (draft) => writeIssued(draft, 'server', der, key));
  }
  const issued = await readIssued(target, 'server', { serial, subject, issuer: AUTHORITIES.tls.subject });
  return { ...issued, chain: `${issued.certificate.pem}${authority.certificate.pem}` };
}

/** What the certificate chooser shows for a person's authentication certificate: manual, step (5). */
export function chooserRow(issued: Issued): { subject: string; issuer: string; serial: string } {
  const commonName = (name: Name) => name.find(([type]) => type === 'CN')?.[1] ?? nameText(name);
  return { subject: commonName(issued.subject), issuer: commonName(issued.issuer), serial: issued.serial };
}
