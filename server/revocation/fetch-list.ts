import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** Octets. The largest lists known have some megabytes. */
const largest = 32 * 1024 * 1024;
/** Milliseconds. */
const timeout = 20_000;

/** Thrown when a list cannot be had. The message names no more than the kind of failure. */
export class FetchError extends Error {
  override readonly name = 'FetchError';
}

/** Fetches from an address of the configuration: http, https, or a file that someone else keeps up to date. */
export async function fetchList(url: string): Promise<Uint8Array> {
  try {
    return url.startsWith('file:') ? await readFile(url) : await download(url);
  } catch (cause) {
    if (cause instanceof FetchError) throw cause;
    throw new FetchError('no answer', { cause });
  }
}

/** Redirects lead elsewhere than the configuration allows and are refused. */
async function download(url: string): Promise<Uint8Array> {
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(timeout) });
  if (!response.ok || !response.body) throw new FetchError(`answer ${response.status}`);
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body) {
    size += part.length;
    if (size > largest) throw new FetchError('too large');
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}

async function readFile(url: string): Promise<Uint8Array> {
  const file = await open(fileURLToPath(url));
  try {
    if ((await file.stat()).size > largest) throw new FetchError('too large');
    return new Uint8Array(await file.readFile());
  } finally {
    await file.close();
  }
}
