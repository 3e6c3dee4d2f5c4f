import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { allowedExtensionIds, originOf } from '../allowed-callers.ts';

/** What is the matter with a registration, before it is repaired. */
export type ManifestState =
  | 'right'
  | 'absent'
  /** A key of the registry points to a manifest that is not there any more. */
  | 'manifest-gone'
  | 'unreadable'
  /** It names a program that is not there any more: security software, or a folder that was moved. */
  | 'program-gone'
  /** It starts another program, an older copy of this one for example. */
  | 'other-program'
  /** An extension that may talk to this host is missing from it: the browser says "forbidden". */
  | 'other-extensions';

/** `program`: absolute path of what the browser is to start. A relative path in a manifest is one beside it. */
export async function manifestState(file: string, program: string): Promise<ManifestState> {
  if (!existsSync(file)) return 'absent';
  try {
    const { path, allowed_origins: origins } = JSON.parse(await readFile(file, 'utf8')) as {
      path?: unknown;
      allowed_origins?: unknown;
    };
    if (typeof path !== 'string' || !Array.isArray(origins)) return 'unreadable';
    const named = isAbsolute(path) ? path : join(dirname(file), path);
    if (!existsSync(named)) return 'program-gone';
    if (named.toLowerCase() !== program.toLowerCase()) return 'other-program';
    return allowedExtensionIds.every((id) => origins.includes(originOf(id))) ? 'right' : 'other-extensions';
  } catch {
    return 'unreadable';
  }
}
