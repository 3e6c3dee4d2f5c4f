import { randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<string, Uint8Array, number, Buffer>(scrypt);

/** Without letters and digits that are taken for one another on paper: 0 O, 1 I L, 2 Z, 5 S, 8 B. */
const letters = 'ACDEFGHJKMNPQRTUVWXY34679';

/** Eight letters, 37 bits: with five attempts more than enough, and short enough to type. */
export function newPassword(): string {
  return Array.from({ length: 8 }, () => letters[randomInt(letters.length)]).join('');
}

/** As it is printed: `ACDE-3467`. */
export function printedPassword(password: string): string {
  return `${password.slice(0, 4)}-${password.slice(4)}`;
}

/** What was typed, without what does not matter: case, width, spaces and hyphens. */
export function foldPassword(typed: string): string {
  return typed
    .normalize('NFKC')
    .replace(/[\s\p{Pd}−ー]/gu, '')
    .toUpperCase()
    .slice(0, 64);
}

export async function hashPassword(password: string): Promise<{ salt: string; hash: string }> {
  const salt = new Uint8Array(randomBytes(16));
  const hash = await derive(password, salt, 32);
  return { salt: Buffer.from(salt).toString('base64url'), hash: hash.toString('base64url') };
}

export async function isPassword(typed: string, stored: { salt: string; hash: string }): Promise<boolean> {
  const salt = new Uint8Array(Buffer.from(stored.salt, 'base64url'));
  const hash = await derive(foldPassword(typed), salt, 32);
  return timingSafeEqual(new Uint8Array(hash), new Uint8Array(Buffer.from(stored.hash, 'base64url')));
}
