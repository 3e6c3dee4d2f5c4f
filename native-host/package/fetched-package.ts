import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder, PackageError, repository } from './product.ts';
import { runTool } from './tool.ts';
import pinned from './windows-runtime.json' with { type: 'json' };

interface LockedPackage {
  version?: string;
  integrity?: string;
  license?: string;
  optional?: boolean;
  dependencies?: Record<string, string>;
}

interface Lock {
  packages: Record<string, LockedPackage | undefined>;
}

/** The lock file: what `npm ci` installs, with versions and checksums. */
export async function readLock(): Promise<Lock> {
  return JSON.parse(await readFile(path.join(repository, 'package-lock.json'), 'utf8')) as Lock;
}

/**
 * Node for Windows, of the version the lock file has for this machine. That one is made here as a blob for the other,
 * so the two must not differ.
 * @throws PackageError `version-mismatch`, `integrity`
 */
export async function windowsNode(): Promise<string> {
  const version = (await readLock()).packages['node_modules/node']?.version;
  if (version !== pinned.version) {
    throw new PackageError(
      'version-mismatch',
      `package-lock.json has Node ${version}, native-host/package/windows-runtime.json ${pinned.version}`,
    );
  }
  return fetchedPackage(pinned.name, pinned.version, pinned.integrity);
}

/** An npm package for another system than this one, at the lock file's version: its unpacked folder. */
export async function foreignPackage(name: string): Promise<string> {
  const entry = (await readLock()).packages[`node_modules/${name}`];
  if (!entry?.version || !entry.integrity) {
    throw new PackageError('version-mismatch', `package-lock.json has no ${name}`);
  }
  return fetchedPackage(name, entry.version, entry.integrity);
}

/** Fetches through npm as configured, checks what came, and unpacks it. Kept in the cache by its version. */
async function fetchedPackage(name: string, version: string, integrity: string): Promise<string> {
  const folder = path.join(cacheFolder, `${name.replace(/^@/, '').replace('/', '-')}-${version}`);
  const there = await access(folder).then(
    () => true,
    () => false,
  );
  if (there) return folder;
  await mkdir(cacheFolder, { recursive: true });
  const making = await mkdtemp(`${folder}.`);
  try {
    const packed = JSON.parse(
      await runTool(
        'npm',
        ['pack', `${name}@${version}`, '--json', '--loglevel=error', '--pack-destination', making],
        {
          cwd: repository,
        },
      ),
    ) as { filename: string }[];
    const tarball = path.join(making, path.basename(packed[0]?.filename ?? ''));
    const found = `sha512-${createHash('sha512')
      .update(await readFile(tarball))
      .digest('base64')}`;
    if (found !== integrity) throw new PackageError('integrity', `${name}@${version} is not what was pinned`);
    await runTool('tar', ['-xzf', tarball, '-C', making]);
    await rename(path.join(making, 'package'), folder);
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  return folder;
}
