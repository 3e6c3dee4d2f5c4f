import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CardLoginResult } from '../card/login-store.ts';
import { problemPath } from '../card/problems.ts';
import { sessionOf } from '../card/session.ts';
import type { Platform } from '../platform.ts';
import { linkCard } from './link-store.ts';

/** The My Number card has been shown, too: links it to the person of the HPKI card, within the same session only. */
export async function completeLink(
  platform: Platform,
  request: FastifyRequest,
  reply: FastifyReply,
  { sessionHash, subjectHash }: CardLoginResult,
): Promise<FastifyReply> {
  const session = await sessionOf(platform, request, 'link');
  if (!session || session.hash !== sessionHash || subjectHash === null) {
    return reply.redirect(problemPath('session-ended'), 303);
  }
  if (!(await linkCard(platform.database, session, subjectHash, platform.clock()))) {
    return reply.redirect(problemPath('my-number-of-other'), 303);
  }
  request.log.info('My Number card linked');
  return reply.redirect('/link-my-number-card/done', 303);
}
