import type { FastifyReply, FastifyRequest } from 'fastify';
import type { LoginPurpose, SignInPurpose } from '../database/index.ts';
import { phoneKindOf } from '../phone/phone-kind.ts';

/** For routes of the status check, which is of no use on a phone: a phone is led to the page that says so. */
export async function pcOnly(
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply | undefined> {
  return isPhone(request) ? reply.redirect('/status', 303) : undefined;
}

/** Of a login or sign-in for this purpose. */
export const pcOnlyFor = (purpose: LoginPurpose | SignInPurpose) =>
  purpose === 'status' ? { preHandler: pcOnly } : {};

export function isPhone(request: FastifyRequest): boolean {
  return phoneKindOf(request.headers['user-agent']) !== 'other';
}
