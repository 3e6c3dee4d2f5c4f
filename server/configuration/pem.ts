import { readFile } from 'node:fs/promises';

/** PEM text as given, or the text of the file named. */
export async function readPem(value: string): Promise<string> {
  return value.includes('-----BEGIN ') ? value : await readFile(value, 'utf8');
}
