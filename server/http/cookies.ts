import type { FastifyReply, FastifyRequest } from 'fastify';
import { isToken } from './tokens.ts';

/**
 * `__Host-`: sent to exactly this host, over TLS only. `lax` where the browser comes back from the card login host,
 * `strict` where it never leaves.
 */
const cookies = {
  /** A card login that was begun here. */
  login: { name: '__Host-login', sameSite: 'lax' },
  /** The person on the PC. */
  session: { name: '__Host-session', sameSite: 'lax' },
  /** The phone that opened a QR code. */
  phone: { name: '__Host-phone', sameSite: 'strict' },
  /** An operator who is signed in. */
  operator: { name: '__Host-operator', sameSite: 'strict' },
  /** A browser in which an operator is signing in or making a passkey. */
  operatorVisit: { name: '__Host-operator-visit', sameSite: 'strict' },
} as const;
export type TokenCookie = keyof typeof cookies;

const attributes = { path: '/', secure: true, httpOnly: true } as const;

/** The cookie's token, or undefined when there is none of a token's form. */
export function readToken(request: FastifyRequest, cookie: TokenCookie): string | undefined {
  const value = request.cookies[cookies[cookie].name];
  return isToken(value) ? value : undefined;
}

export function setToken(reply: FastifyReply, cookie: TokenCookie, token: string): void {
  const { name, sameSite } = cookies[cookie];
  void reply.setCookie(name, token, { ...attributes, sameSite });
}

export function clearToken(reply: FastifyReply, cookie: TokenCookie): void {
  const { name, sameSite } = cookies[cookie];
  void reply.clearCookie(name, { ...attributes, sameSite });
}
