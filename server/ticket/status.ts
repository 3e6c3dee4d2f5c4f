import type { TicketState, TicketsTable } from '../database/index.ts';

/** What a ticket is at a moment: its state, with the clock taken into account. */
export type TicketStatus = TicketState | 'expired';

type Times = Pick<TicketsTable, 'state' | 'expires_at' | 'phone_expires_at'>;

/**
 * The QR's time counts until the phone has logged in, the phone's own time from there on. What is registered stays
 * registered: when only the label's 「OK」 was left, it is done.
 */
export function statusOf(ticket: Times, now: number): TicketStatus {
  switch (ticket.state) {
    case 'waiting':
    case 'opened':
      return now < ticket.expires_at ? ticket.state : 'expired';
    case 'logged-in':
    case 'proving':
      return now < deadlineOf(ticket) ? ticket.state : 'expired';
    case 'registered':
      return now < deadlineOf(ticket) ? 'registered' : 'done';
    case 'done':
    case 'cancelled':
      return ticket.state;
  }
}

/** When the status changes by the clock alone, in milliseconds since 1970. */
export function deadlineOf(ticket: Times): number {
  return ticket.phone_expires_at ?? ticket.expires_at;
}

/** Whether nothing more can come. */
export function isFinal(status: TicketStatus): boolean {
  return status === 'done' || status === 'expired' || status === 'cancelled';
}
