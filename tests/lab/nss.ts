import { execFile } from 'node:child_process';
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Debian's name for the machine's architecture, in its library folders. */
const multiarch = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' }[process.arch as string];

/** Where Debian's opensc-pkcs11 puts its module. */
export const openscModule = `/usr/lib/${multiarch ?? process.arch}/opensc-pkcs11.so`;

export interface NssOptions {
  /** PEM of the authority that issued the test servers' certificates. */
  trustedAuthority: string;
  /** PKCS#11 module that stands in for the HPKI card driver. Without it no certificate can be offered at all. */
  pkcs11Module?: string;
}

/**
 * Makes the certificate store of a Chromium whose home is `home`: `home/.pki/nssdb`.
 * The module's slots are marked as having public certificates, so that the chooser comes before the PIN dialog,
 * as on Windows (its `FRIENDLY` flag reaches only the first of OpenSC's slots).
 */
export async function makeNssDatabase(home: string, options: NssOptions): Promise<void> {
  const directory = join(home, '.pki/nssdb');
  await mkdir(directory, { recursive: true });
  const database = `sql:${directory}`;
  const authority = join(directory, 'authority.pem');
  await writeFile(authority, options.trustedAuthority);
  await run('certutil', ['-N', '-d', database, '--empty-password']);
  await run('certutil', ['-A', '-d', database, '-n', 'hpki-navi test', '-t', 'C,,', '-i', authority]);
  if (!options.pkcs11Module) return;
  const list = join(directory, 'pkcs11.txt');
  const slots = Array.from({ length: 16 }, (_, slot) => `${slot}={slotFlags=[PublicCerts]}`).join(' ');
  const separator = (await readFile(list, 'utf8')).endsWith('\n\n') ? '' : '\n';
  await appendFile(
    list,
    `${separator}library=${options.pkcs11Module}\nname=OpenSC\nNSS=slotParams=(${slots})\n\n`,
  );
}
