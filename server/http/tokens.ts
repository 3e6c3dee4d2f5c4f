import { createHmac, hash, randomBytes } from 'node:crypto';

/** 256 random bits as base64url text, 43 characters. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of a token. It needs no salt: a token is not a password, all of it is random. */
export function hashOf(token: string): string {
  return hash('sha256', token, 'base64url');
}

/** A token that can be made again from another one, so that neither needs to be stored. 256 bits, 43 characters. */
export function derivedToken(token: string, purpose: string): string {
  return createHmac('sha256', token).update(purpose).digest('base64url');
}

/** Whether `value` has the form of a token; anything else need not be looked up. */
export function isToken(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9_-]{43}$/.test(value);
}
