import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ids from '../../common/ids.json' with { type: 'json' };

export const repository = fileURLToPath(new URL('../..', import.meta.url));
/** What is fetched for packaging is kept here between runs, by name and version. */
export const cacheFolder = path.join(repository, '.cache', 'package');

const manifest = JSON.parse(readFileSync(path.join(repository, 'package.json'), 'utf8')) as {
  version: string;
};

/** One name per thing, for every installer and the tests that look for it. */
export const product = {
  /** Folder, package and key name: ASCII, so that no code page can spoil it. */
  id: 'hpki-navi',
  name: { ja: 'HPKI登録ナビ', en: 'HPKI Touroku Navi' },
  publisher: 'HPKI Touroku Navi project',
  version: manifest.version,
  nativeHost: ids.nativeHost,
  command: 'hpki-navi-host',
} as const;

export type PackageMode = 'development' | 'release';

/** Raised when a package would not work for those who get it. `code` is stable. */
export class PackageError extends Error {
  readonly code:
    | 'store-ids-missing'
    | 'integrity'
    | 'version-mismatch'
    | 'tool-missing'
    | 'tool-failed'
    | 'bundle-unusable'
    | 'licence-missing'
    | 'key-in-store-package';
  constructor(code: PackageError['code'], detail: string) {
    super(`package: ${code}: ${detail}`);
    this.name = 'PackageError';
    this.code = code;
  }
}

/**
 * The origins the host answers to. A release lists the stores' ids and nothing else; a development package lists the
 * development id alone, so that it can never be taken for a release.
 * @throws PackageError `store-ids-missing`
 */
export function allowedOrigins(
  mode: PackageMode,
  known: { development: string; chrome: string | null; edge: string | null } = ids.extension,
): string[] {
  const origin = (id: string) => `chrome-extension://${id}/`;
  if (mode === 'development') return [origin(known.development)];
  const missing = (['chrome', 'edge'] as const).filter((store) => !known[store]);
  if (missing.length) {
    throw new PackageError(
      'store-ids-missing',
      `common/ids.json has no id for: ${missing.join(', ')}. The stores give them at the first upload. ` +
        'For packages to try things out: npm run package -- --development',
    );
  }
  return [...new Set([known.chrome, known.edge])].map((id) => origin(id as string));
}

/** The native messaging manifest: what a browser reads to find the host and to know who may talk to it. */
export function nativeMessagingManifest(executable: string, origins: string[]): string {
  const manifest = {
    name: product.nativeHost,
    description: product.name.ja,
    path: executable,
    type: 'stdio',
    allowed_origins: origins,
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
