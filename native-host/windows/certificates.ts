import { foreignLibrary, octetsAt } from './foreign-call.ts';
import type { Registry } from './registry.ts';
import { fromWide, wide } from './wide.ts';

export interface StoredCertificate {
  /** DER. */
  der: Uint8Array;
  /** Where its private key is, by CERT_KEY_PROV_INFO_PROP_ID; undefined for a certificate without one. */
  key: { provider: string; container: string } | undefined;
}

/** Certificates of the current user's own store, with where their keys are. No key is touched. */
export type PersonalStore = () => Promise<StoredCertificate[]>;

const storeProviderSystem = 10; // CERT_STORE_PROV_SYSTEM_W
/** CERT_SYSTEM_STORE_CURRENT_USER, CERT_STORE_READONLY_FLAG, CERT_STORE_OPEN_EXISTING_FLAG. */
const openFlags = 0x00010000 | 0x00008000 | 0x00004000;
const keyProviderInfo = 2; // CERT_KEY_PROV_INFO_PROP_ID
const certificateLimit = 512;

/** Through crypt32. */
export function openPersonalStore(registry: Registry): PersonalStore {
  const crypt = foreignLibrary('crypt32.dll', {
    CertOpenStore: ['uintptr_t', 'uintptr_t', 'uint32_t', 'uintptr_t', 'uint32_t', 'void *'],
    CertEnumCertificatesInStore: ['uintptr_t', 'uintptr_t', 'uintptr_t'],
    CertFreeCertificateContext: ['int32_t', 'uintptr_t'],
    CertGetCertificateContextProperty: ['int32_t', 'uintptr_t', 'uint32_t', 'void *', 'void *'],
    CertCloseStore: ['int32_t', 'uintptr_t', 'uint32_t'],
  });

  async function keyOf(context: bigint): Promise<StoredCertificate['key']> {
    const length = Buffer.alloc(4);
    if (!(await crypt.CertGetCertificateContextProperty(context, keyProviderInfo, null, length)))
      return undefined;
    const info = Buffer.alloc(Math.max(length.readUInt32LE(0), 16));
    length.writeUInt32LE(info.length, 0);
    if (!(await crypt.CertGetCertificateContextProperty(context, keyProviderInfo, info, length)))
      return undefined;
    // CRYPT_KEY_PROV_INFO: container and provider, pointers into this same buffer's original address space.
    return { container: wideAt(info.readBigUInt64LE(0)), provider: wideAt(info.readBigUInt64LE(8)) };
  }

  return async () => {
    const store = await crypt.CertOpenStore(storeProviderSystem, 0, 0n, openFlags, wide('MY'));
    if (store === 0n) return withoutStore(registry);
    const found: StoredCertificate[] = [];
    let context = 0n;
    try {
      for (;;) {
        // Takes back the context it is given.
        context = await crypt.CertEnumCertificatesInStore(store, context);
        if (context === 0n || found.length >= certificateLimit) return found;
        // CERT_CONTEXT: encoding, pointer and length of the DER.
        const head = octetsAt(context, 24);
        const der = octetsAt(head.readBigUInt64LE(8), head.readUInt32LE(16));
        found.push({ der, key: await keyOf(context) });
      }
    } finally {
      if (context !== 0n) await crypt.CertFreeCertificateContext(context);
      await crypt.CertCloseStore(store, 0);
    }
  };
}

/**
 * GetLastError is of another thread: whether there is no store or it could not be opened is told by its key. A user who
 * never had a certificate has none.
 * @throws Error for a store that is there
 */
export function withoutStore(registry: Registry): StoredCertificate[] {
  const stores = registry.keys({ root: 'HKCU', path: 'Software\\Microsoft\\SystemCertificates' });
  if (stores.some((name) => name.toLowerCase() === 'my'))
    throw new Error('CertOpenStore: MY can not be opened');
  return [];
}

/** Names of containers and providers are short; what is longer is cut. */
function wideAt(address: bigint): string {
  if (address === 0n) return '';
  const units: string[] = [];
  for (let at = 0n; units.length < 512; at += 2n) {
    const unit = octetsAt(address + at, 2);
    if (unit.readUInt16LE(0) === 0) break;
    units.push(fromWide(unit));
  }
  return units.join('');
}
