/** Octets of a certificate: those of cards have about 1,500. */
const largest = 16 * 1024;
/** Certificates a proxy may send beside the client's own. */
const longestChain = 10;

/** Why a header is not believed: it is not there, twice there, or not of the form. */
export class ClientCertHeaderError extends Error {
  override readonly name = 'ClientCertHeaderError';
}

/**
 * The client's certificate as a TLS-terminating proxy hands it over, RFC 9440: `Client-Cert` is one Byte Sequence
 * (RFC 8941 3.3.5), `Client-Cert-Chain` a list of them. The chain must be well-formed but is not used: authorities are
 * configured, never taken from a client. `rawHeaders` are Node's: names and values by turns, nothing merged.
 * To be asked only about a connection that no one but the proxy can make.
 * @returns DER
 * @throws ClientCertHeaderError
 */
export function clientCertificateFromHeaders(rawHeaders: readonly string[]): Uint8Array {
  const [certificate, second] = fieldLines(rawHeaders, 'client-cert');
  if (certificate === undefined) throw new ClientCertHeaderError('no certificate');
  if (second !== undefined) throw new ClientCertHeaderError('more than one certificate');
  const chain = fieldLines(rawHeaders, 'client-cert-chain')
    .flatMap((line) => line.split(','))
    .map(withoutSpace);
  if (chain.length > longestChain) throw new ClientCertHeaderError('too long a chain');
  // An empty list is one without members (RFC 8941 4.2).
  if (chain.join('') !== '') for (const item of chain) byteSequence(item);
  return byteSequence(withoutSpace(certificate));
}

/** Without optional whitespace (RFC 9110 5.6.3) around it. */
const withoutSpace = (text: string) => text.replace(/^[ \t]+|[ \t]+$/g, '');

function fieldLines(rawHeaders: readonly string[], name: string): string[] {
  return rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name);
}

/** RFC 8941 3.3.5: base64 (RFC 4648 section 4) between colons. Parameters are not used by RFC 9440. */
function byteSequence(text: string): Uint8Array {
  const encoded = /^:([A-Za-z0-9+/]+={0,2}):$/.exec(text)?.[1];
  if (encoded === undefined || encoded.length % 4 !== 0 || encoded.length > (largest * 4) / 3) {
    throw new ClientCertHeaderError('not a byte sequence');
  }
  return new Uint8Array(Buffer.from(encoded, 'base64'));
}
