import { createHash } from 'node:crypto';
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import type { WindowsMachine } from './windows-machine.ts';

/** Registry lines and files that tests plant on a Windows machine. Synthetic; each names the source of its facts. */

const cspKey = (view: 32 | 64, name: string) =>
  `HKEY_LOCAL_MACHINE\\SOFTWARE\\${view === 32 ? 'Wow6432Node\\' : ''}Microsoft\\Cryptography\\Defaults\\Provider\\${name}`;

/** Names fixed by JAHIS 24-002. */
export const authenticationCsp = 'HPKI Crypto Service Provider for Authentication';
export const driverLibrary = 'HpkiAuthP11_MPKCS11H.dll';

/** A CSP as its installer registers it (Microsoft: Defaults\Provider). */
export function csp(view: 32 | 64, image: string): string[] {
  return [`[${cspKey(view, authenticationCsp)}]`, `"Image Path"="${image}"`, '"Type"=dword:00000001', ''];
}

/** The card driver as far as browsers need it. Its files are any 64-bit library with a version resource: Wine's own. */
export async function plantDriver(machine: WindowsMachine): Promise<void> {
  const system = (name: string) => path.join(machine.driveC, 'windows/system32', name);
  for (const name of [driverLibrary, 'HpkiAuthCsp.dll']) await copyFile(system('winscard.dll'), system(name));
  await machine.changeRegistry(...csp(64, '%SystemRoot%\\\\system32\\\\HpkiAuthCsp.dll'));
}

export function withoutCsp(view: 32 | 64): string[] {
  return [`[-${cspKey(view, authenticationCsp)}]`, ''];
}

/** The first octets of a 32-bit library: MZ, the PE header at 0x40, Machine i386 (PE format 3.3.1). */
export function library32(): Buffer {
  const head = Buffer.alloc(512);
  head.write('MZ', 0, 'latin1');
  head.writeUInt32LE(0x40, 0x3c);
  head.write('PE\0\0', 0x40, 'latin1');
  head.writeUInt16LE(0x014c, 0x44);
  return head;
}

/**
 * A certificate in the user's own store as the registry keeps it: elements of property id, 1, length and data; 32 is
 * the certificate itself, 2 where its private key is (wincrypt.h: CERT_CERT_PROP_ID, CERT_KEY_PROV_INFO_PROP_ID).
 */
export function personalCertificate(
  der: Uint8Array,
  key?: { container: string; provider: string },
): string[] {
  const thumbprint = createHash('sha1').update(der).digest('hex').toUpperCase();
  const blob = Buffer.concat([...(key ? [element(2, keyProvider(key))] : []), element(32, der)]);
  const octets = [...blob].map((octet) => octet.toString(16).padStart(2, '0')).join(',');
  return [
    `[HKEY_CURRENT_USER\\Software\\Microsoft\\SystemCertificates\\My\\Certificates\\${thumbprint}]`,
    `"Blob"=hex:${octets}`,
    '',
  ];
}

function element(property: number, data: Uint8Array): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt32LE(property, 0);
  head.writeUInt32LE(1, 4);
  head.writeUInt32LE(data.length, 8);
  return Buffer.concat([head, data]);
}

/** CRYPT_KEY_PROV_INFO with offsets in place of pointers. */
function keyProvider({ container, provider }: { container: string; provider: string }): Buffer {
  const texts = [container, provider].map((text) => Buffer.from(`${text}\0`, 'utf16le'));
  const head = Buffer.alloc(28);
  head.writeUInt32LE(head.length, 0);
  head.writeUInt32LE(head.length + (texts[0]?.length ?? 0), 4);
  head.writeUInt32LE(1, 8); // PROV_RSA_FULL
  head.writeUInt32LE(1, 24); // AT_KEYEXCHANGE
  return Buffer.concat([head, ...texts]);
}
