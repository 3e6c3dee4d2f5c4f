import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { ifAbsent } from '../if-absent.ts';
import { nssFolders, nssModuleList } from './nss-databases.ts';
import type { Observer } from './port.ts';
import { type StoreEntry, storeEntry } from './stored-certificate.ts';

export interface NssOptions {
  home?: string;
  root?: string;
  environment?: NodeJS.ProcessEnv;
}

/**
 * What Chromium on Linux could offer: certificates in the user's NSS databases, and through the PKCS#11 modules
 * registered there the card's own. The databases are read only and never locked for long.
 */
export function nssCertificateStoreObserver(options: NssOptions = {}): Observer<'certificate-store'> {
  return {
    subject: 'certificate-store',
    deadlineMs: 2000,
    how: 'nss: cert9.db, pkcs11.txt',
    async observe() {
      const found: { certificates: StoreEntry[]; others: number } = { certificates: [], others: 0 };
      for (const folder of nssFolders(options)) {
        const stored = await certificatesIn(join(folder, 'cert9.db'), join(folder, 'key4.db'));
        for (const { der, privateKey } of stored) {
          const entry = storeEntry(der, { privateKey });
          if (entry) found.certificates.push(entry);
          else found.others += 1;
        }
      }
      const modules = (await nssModuleList(options)).map(({ module, database }) => ({
        name: module.name,
        database,
        present: module.present,
      }));
      return {
        outcome: 'observed',
        facts: {
          store: 'nss',
          certificates: found.certificates.slice(0, 64),
          others: found.others,
          modules: modules.slice(0, 64),
        },
      };
    },
  };
}

/** PKCS#11 v2.40: CKO_CERTIFICATE, CKO_PRIVATE_KEY. NSS keeps numbers in four octets, most significant first. */
const objectClass = {
  certificate: Buffer.from([0, 0, 0, 1]),
  privateKey: Buffer.from([0, 0, 0, 3]),
} as const;

/**
 * Columns are named after attributes in hexadecimal: a0 CKA_CLASS, a11 CKA_VALUE, a102 CKA_ID. A key belongs to a
 * certificate by its id.
 */
async function certificatesIn(
  certificates: string,
  keys: string,
): Promise<{ der: Uint8Array; privateKey: boolean }[]> {
  const there = (file: string) =>
    access(file, constants.R_OK)
      .then(() => true)
      .catch(ifAbsent(false));
  if (!(await there(certificates))) return [];
  const { DatabaseSync } = await import('node:sqlite');
  const rows = (file: string, statement: string, value: Uint8Array): Record<string, unknown>[] => {
    const database = new DatabaseSync(file, { readOnly: true, timeout: 200 });
    try {
      return database.prepare(statement).all(value);
    } finally {
      database.close();
    }
  };
  const keyIds = (await there(keys))
    ? rows(keys, 'SELECT a102 AS id FROM nssPrivate WHERE a0 = ?', objectClass.privateKey).map(({ id }) =>
        hexOf(id),
      )
    : [];
  return rows(
    certificates,
    'SELECT a11 AS der, a102 AS id FROM nssPublic WHERE a0 = ? LIMIT 500',
    objectClass.certificate,
  ).flatMap(({ der, id }) =>
    der instanceof Uint8Array ? [{ der, privateKey: keyIds.includes(hexOf(id)) }] : [],
  );
}

const hexOf = (value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('hex') : '');
