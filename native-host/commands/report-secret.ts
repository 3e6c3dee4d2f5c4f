import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Where this user's secret for tokens is kept. It never leaves the PC. */
export function secretFile(
  environment: NodeJS.ProcessEnv = process.env,
  platform = process.platform,
): string {
  const { XDG_STATE_HOME, LOCALAPPDATA } = environment;
  const folder =
    platform === 'win32'
      ? (LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'))
      : (XDG_STATE_HOME ?? join(homedir(), '.local', 'state'));
  return join(folder, 'hpki-navi', 'report-secret');
}

/** 32 octets, made at the first report. Where nothing can be written, tokens are good for one report only. */
export async function reportSecret(file = secretFile()): Promise<Uint8Array> {
  const known = await readFile(file, 'utf8').catch(() => '');
  if (/^[0-9a-f]{64}$/.test(known)) return Buffer.from(known, 'hex');
  const fresh = randomBytes(32);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    .then(() => writeFile(file, fresh.toString('hex'), { mode: 0o600 }))
    .catch(() => undefined);
  return fresh;
}
