import type { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { configuredAuthorities, unreadable } from './card/configured-authorities.ts';
import { type Configuration, ConfigurationError, readPem } from './configuration/index.ts';
import type { CardKind } from './database/index.ts';

/**
 * Reads all certificates and keys that a configuration names: whether they are there, belong together and can be used.
 * Returns the authorities of both kinds of cards. @throws ConfigurationError with the place that is wrong
 */
export async function checkCertificates(
  configuration: Configuration,
): Promise<Record<CardKind, X509Certificate[]>> {
  const { portal, cardLogin, myNumberLogin, operators, revocation } = configuration;
  for (const [name, site] of Object.entries({ portal, cardLogin, myNumberLogin, operators })) {
    // Where a proxy comes in by a socket, it has certificate and key.
    if (site && site.listen.proxy?.kind !== 'unix') await checkPair(name, site);
  }
  for (const [index, { authority }] of (revocation?.lists ?? []).entries()) {
    await readPem(authority).catch(unreadable(`revocation.lists[${index}].authority`));
  }
  return {
    hpki: await configuredAuthorities('hpki', cardLogin),
    'my-number': myNumberLogin ? await configuredAuthorities('my-number', myNumberLogin) : [],
  };
}

async function checkPair(
  name: string,
  { certificate, key }: Pick<Configuration['portal'], 'certificate' | 'key'>,
): Promise<void> {
  const cert = await readPem(certificate).catch(unreadable(`${name}.certificate`));
  const secret = await readPem(key).catch(unreadable(`${name}.key`));
  try {
    createSecureContext({ cert, key: secret });
  } catch (cause) {
    const { message } = cause as Error;
    throw new ConfigurationError([`${name}.certificate and ${name}.key: ${message}`], { cause });
  }
}
