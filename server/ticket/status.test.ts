import { describe, expect, it } from 'vitest';
import { deadlineOf, isFinal, statusOf } from './status.ts';

const qr = { expires_at: 1000, phone_expires_at: null };
const phone = { expires_at: 1000, phone_expires_at: 5000 };

describe('ticket', () => {
  it.each([
    [{ state: 'waiting', ...qr }, 999, 'waiting'],
    [{ state: 'waiting', ...qr }, 1000, 'expired'],
    [{ state: 'opened', ...qr }, 1000, 'expired'],
    [{ state: 'logged-in', ...phone }, 4999, 'logged-in'],
    [{ state: 'logged-in', ...phone }, 5000, 'expired'],
    [{ state: 'registered', ...phone }, 4999, 'registered'],
    [{ state: 'registered', ...phone }, 5000, 'done'],
    [{ state: 'done', ...phone }, 9000, 'done'],
    [{ state: 'cancelled', ...qr }, 0, 'cancelled'],
  ] as const)('%j at %d is %s', (ticket, now, expected) => {
    expect(statusOf(ticket, now)).toBe(expected);
  });

  it('lives by the phone’s time once it has logged in', () => {
    expect(deadlineOf({ state: 'waiting', ...qr })).toBe(1000);
    expect(deadlineOf({ state: 'logged-in', ...phone })).toBe(5000);
  });

  it('is final when nothing more can come', () => {
    expect((['waiting', 'opened', 'logged-in', 'registered'] as const).some(isFinal)).toBe(false);
    expect((['done', 'expired', 'cancelled'] as const).every(isFinal)).toBe(true);
  });
});
