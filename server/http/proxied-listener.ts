import { chmod, lstat, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { type Configuration, readPem } from '../configuration/index.ts';

/** What a TLS-terminating proxy comes in by. Nobody else can: that is why its headers are believed. */
export type ProxySettings = NonNullable<Configuration['portal']['listen']['proxy']>;

/** TLS of a listener that only the proxy can use: it must show a certificate of the authority made for proxies. */
export async function proxyTls(
  { authority }: Extract<ProxySettings, { kind: 'mtls' }>,
  own: { certificate: string; key: string },
): Promise<TlsOptions> {
  return {
    cert: await readPem(own.certificate),
    key: await readPem(own.key),
    ca: [await readPem(authority)],
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
  };
}

/** Removes the socket that a killed process left behind; one in use, or anything else, stays, and listening fails. */
export async function clearSocket(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isSocket() && !(await isListenedTo(path))) await unlink(path);
}

function isListenedTo(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

/** The group may use the socket (the proxy's account belongs to it), others may not. */
export function closeSocketToOthers(path: string): Promise<void> {
  return chmod(path, 0o660);
}
