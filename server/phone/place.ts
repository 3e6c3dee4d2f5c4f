import type { FastifyReply } from 'fastify';
import type { TicketStatus } from '../ticket/status.ts';
import type { Ticket } from '../ticket/store.ts';

/** Pages that end the way on the phone, with what to do instead. */
export const stops = [
  'qr-expired',
  /** The QR code was read in time; the phone's own time is over. */
  'time-over',
  'qr-used',
  'qr-cancelled',
  'qr-unknown',
  'too-many',
  /** Signing in with a phone that is registered: begun anew on the PC's page, not from (2). */
  'sign-in-expired',
  'sign-in-used',
  'sign-in-cancelled',
  /** Printed sheets, 登録方法1. */
  'sheet-expired',
  'sheet-locked',
  'sheet-used',
  'sheet-revoked',
  'sheet-time-over',
  'sheet-reopened',
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
export function placeOf(
  status: TicketStatus,
  phone: 'mine' | 'other' | 'none',
  ticket: Pick<Ticket, 'sheet_id' | 'phone_expires_at'>,
): string {
  const fromSheet = ticket.sheet_id !== null;
  const cancelled = stopPath(fromSheet ? 'sheet-reopened' : 'qr-cancelled');
  if (phone === 'other') return status === 'cancelled' ? cancelled : stopPath('qr-used');
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
      if (fromSheet) return stopPath('sheet-time-over');
      return stopPath(ticket.phone_expires_at === null ? 'qr-expired' : 'time-over');
    case 'cancelled':
      return cancelled;
  }
}
