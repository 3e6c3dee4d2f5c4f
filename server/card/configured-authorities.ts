import { X509Certificate } from 'node:crypto';
import { type Configuration, ConfigurationError, certificatesIn, readPem } from '../configuration/index.ts';
import type { CardKind } from '../database/index.ts';
import { authorityFault } from './chain.ts';

const names = { hpki: 'cardLogin', 'my-number': 'myNumberLogin' } as const;

/** The authorities of a card login host; a file may hold several. @throws ConfigurationError for one that can't stand in a chain */
export async function configuredAuthorities(
  card: CardKind,
  { authorities }: Pick<Configuration['cardLogin'], 'authorities'>,
): Promise<X509Certificate[]> {
  const found: X509Certificate[] = [];
  for (const [index, value] of authorities.entries()) {
    const place = `${names[card]}.authorities[${index}]`;
    const texts = certificatesIn(await readPem(value).catch(unreadable(place)));
    if (texts.length === 0) throw new ConfigurationError([`${place}: no certificate in it`]);
    for (const text of texts) found.push(authorityIn(text, place));
  }
  return found;
}

function authorityIn(text: string, place: string): X509Certificate {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(text);
  } catch (cause) {
    throw new ConfigurationError([`${place}: a certificate that can't be read`], { cause });
  }
  const fault = authorityFault(certificate);
  if (fault) throw new ConfigurationError([`${place}: ${certificate.subject}: ${fault}`]);
  return certificate;
}

/** For a file that can't be read: its place in the configuration, and the system's code. */
export function unreadable(place: string): (cause: NodeJS.ErrnoException) => never {
  return (cause) => {
    throw new ConfigurationError([`${place}: ${cause.code ?? 'cannot be read'}`], { cause });
  };
}
