import { hash } from 'node:crypto';

/** WebCrypto's names (W3C Web Cryptography, 31) and those of OpenSSL. */
const digests = new Map([
  ['SHA-1', 'sha1'],
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
]);

/** Octets. More than these are worth another thread. */
const few = 65_536;

/**
 * Lets WebCrypto's `digest` hash a few octets at once, with the same results. Node hands each call to another thread:
 * for the few hundred octets of a ceremony that costs many times their hash, a fifth of the processor's time of a whole
 * registration (docs/bench.md). The WebAuthn library knows no other way. For a process that is the platform's own.
 */
export function hashOnTheSpot(subtle: Pick<SubtleCrypto, 'digest'> = crypto.subtle): void {
  const elsewhere = subtle.digest.bind(subtle);
  subtle.digest = async (algorithm, data) => {
    const digest = digests.get((typeof algorithm === 'string' ? algorithm : algorithm.name).toUpperCase());
    if (digest === undefined || data.byteLength > few) return await elsewhere(algorithm, data);
    const octets = ArrayBuffer.isView(data)
      ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      : new Uint8Array(data);
    return new Uint8Array(hash(digest, octets, 'buffer')).buffer;
  };
}
