import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SignInsTable } from '../database/index.ts';
import { phoneSessionOf, startPhoneSession } from '../phone/phone-session.ts';
import type { Platform } from '../platform.ts';
import { type SignInStatus, signInPlaceOf, signInStatusOf } from './status.ts';
import { signInById } from './store.ts';

/** A phone that has opened a sign-in's QR code, and how things stand. */
export interface SignInVisit {
  hash: string;
  signIn: SignInsTable;
  status: SignInStatus;
  /** The page on which it belongs. */
  place: string;
}

function visitTo(signIn: SignInsTable, hash: string, now: number): SignInVisit {
  const status = signInStatusOf(signIn, now);
  const phone = signIn.phone_hash === null ? 'none' : signIn.phone_hash === hash ? 'mine' : 'other';
  return { hash, signIn, status, place: signInPlaceOf(status, signIn.purpose, phone) };
}

/** The visit that a phone's cookie stands for. */
export async function signInVisit(
  platform: Platform,
  request: FastifyRequest,
): Promise<SignInVisit | undefined> {
  const session = await phoneSessionOf(platform, request);
  const signIn = session && (await signInById(platform.database, session.subject));
  return signIn && visitTo(signIn, session.hash, platform.clock());
}

/** Gives a phone its cookie for a sign-in; one that has it already keeps it and its place. */
export async function beginSignInVisit(
  platform: Platform,
  request: FastifyRequest,
  reply: FastifyReply,
  signIn: SignInsTable,
): Promise<SignInVisit> {
  const present = await signInVisit(platform, request);
  if (present?.signIn.id === signIn.id) return present;
  const hash = await startPhoneSession(platform, reply, signIn.id);
  return visitTo(signIn, hash, platform.clock());
}
