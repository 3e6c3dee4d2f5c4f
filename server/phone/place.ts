import type { FastifyReply } from 'fastify';
import type { TicketStatus } from '../ticket/status.ts';

/** Pages that end the way on the phone, with what to do instead. */
export const stops = [
  'qr-expired',
  'qr-used',
  'qr-cancelled',
  'qr-unknown',
  'too-many',
  /** Printed sheets, 登録方法1. */
  'sheet-expired',
  'sheet-locked',
  'sheet-used',
  'sheet-revoked',
] as const;
export type Stop = (typeof stops)[number];

export const stopPath = (stop: Stop) => `/phone/stopped/${stop}`;

/** The answer to a script past a rate limit. */
export function tooMany(reply: FastifyReply): { next: string } {
  reply.code(429);
  return { next: stopPath('too-many') };
}

/**
 * The one page on which a phone belongs, manual (8)–(12). Every other page sends it there, so that reload, the back
 * button, a second tab and a second scan all lead to where things stand and change nothing.
 */
export function placeOf(status: TicketStatus, phone: 'mine' | 'other' | 'none'): string {
  if (phone === 'other') return status === 'cancelled' ? stopPath('qr-cancelled') : stopPath('qr-used');
  switch (status) {
    case 'waiting':
    case 'opened':
      return '/phone/login';
    case 'logged-in':
      return '/phone/register';
    case 'proving':
      return '/phone/prove';
    case 'registered':
      return '/phone/label';
    case 'done':
      return '/phone/done';
    case 'expired':
      return stopPath('qr-expired');
    case 'cancelled':
      return stopPath('qr-cancelled');
  }
}
