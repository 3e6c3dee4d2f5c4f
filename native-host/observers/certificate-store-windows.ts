import type { Windows } from '../windows/index.ts';
import type { Observer } from './port.ts';
import { type StoreEntry, storeEntry } from './stored-certificate.ts';

/** The personal store of this user: what Chrome and Edge offer in their chooser, where a private key is known. */
export function windowsCertificateStoreObserver({
  personalStore,
}: Pick<Windows, 'personalStore'>): Observer<'certificate-store'> {
  return {
    subject: 'certificate-store',
    deadlineMs: 3000,
    how: 'CertOpenStore CurrentUser\\MY',
    async observe() {
      const stored = await personalStore();
      const certificates = stored.flatMap(({ der, key }): StoreEntry[] => {
        const entry = storeEntry(der, {
          privateKey: key !== undefined,
          ...(key && { provider: key.provider.slice(0, 1024), container: key.container.slice(0, 1024) }),
        });
        return entry ? [entry] : [];
      });
      return {
        outcome: 'observed',
        facts: {
          store: 'windows-my',
          certificates: certificates.slice(0, 64),
          others: stored.length - certificates.length,
        },
      };
    },
  };
}
