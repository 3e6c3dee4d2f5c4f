import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** What tokens in reports are made with: one for each user of a PC, shared by this program and the extensions. */
export interface ReportSecret {
  /** 64 lower-case hexadecimal digits: 32 octets. */
  secret: string;
  /** False where nothing can be written: it is another one the next time. */
  kept: boolean;
}

/**
 * Where this user's secret is kept: readable by the user alone (mode 0600; on Windows by the folder's own inherited
 * permissions). It is never in a report.
 */
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

/**
 * This user's secret. Where there is none yet, `offered` becomes it: an extension that made reports before this program
 * was installed goes on with the same tokens. Otherwise a fresh one is made at the first report.
 */
export async function reportSecret(
  offered: string = randomBytes(32).toString('hex'),
  file = secretFile(),
): Promise<ReportSecret> {
  const known = await storedSecret(file);
  if (known !== undefined) return { secret: known, kept: true };
  return (await keep(offered, file)) ?? { secret: offered, kept: false };
}

async function storedSecret(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return /^[0-9a-f]{64}$/.test(text) ? text : undefined;
}

/** Two browsers may ask at once: the first one's stays. What is no secret (half a file) is replaced. */
async function keep(secret: string, file: string): Promise<ReportSecret | undefined> {
  const draft = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(draft, secret, { mode: 0o600, flag: 'wx' });
    const first = await link(draft, file).then(
      () => true,
      () => false,
    );
    const known = first ? secret : await storedSecret(file);
    if (known === undefined) await rename(draft, file);
    return { secret: known ?? secret, kept: true };
  } catch {
    return undefined;
  } finally {
    await rm(draft, { force: true }).catch(() => undefined);
  }
}
