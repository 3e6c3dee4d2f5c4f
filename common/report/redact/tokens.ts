/**
 * Tokens in place of identity: HMAC-SHA-256 under a secret that stays on this installation. The same value gives the
 * same token in every report made here, and nobody else can try values out.
 */

/** 64 lower-case hexadecimal digits for a value. */
export type Digest = (value: string) => string;

/**
 * Runs `redact` twice: once to learn which values need a token, once with the tokens. So redaction itself stays a pure
 * function, although the browser's HMAC is asynchronous.
 */
export async function withTokens<T>(secret: Uint8Array, redact: (digest: Digest) => T): Promise<T> {
  const values = new Set<string>();
  redact((value) => {
    values.add(value);
    return '0'.repeat(64);
  });
  const digests = new Map(
    await Promise.all([...values].map(async (value) => [value, await hmac(secret, value)] as const)),
  );
  return redact((value) => digests.get(value) ?? missing());
}

/** `name#3f9e02ab71`: 40 bits are enough to tell the values of one pharmacy apart. */
export function shortToken(kind: string, digest: string): string {
  return `${kind}#${digest.slice(0, 10)}`;
}

async function hmac(secret: Uint8Array, value: string): Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', new Uint8Array(secret), algorithm, false, ['sign']);
  const signature = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(value));
  return Array.from(new Uint8Array(signature), (octet) => octet.toString(16).padStart(2, '0')).join('');
}

function missing(): never {
  throw new Error('redaction is not deterministic');
}
