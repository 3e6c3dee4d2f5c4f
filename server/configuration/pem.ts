import { readFile } from 'node:fs/promises';

/** PEM text as given, or the text of the file named. */
export async function readPem(value: string): Promise<string> {
  return value.includes('-----BEGIN ') ? value : await readFile(value, 'utf8');
}

/** Each certificate of a PEM text; text around them is passed over. Empty when there is none. */
export function certificatesIn(pem: string): string[] {
  return pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
}
