import { describe, expect, it } from 'vitest';
import { cutOffAt } from './cut-off.ts';
import { type Journey, noJourney } from './journey.ts';

const onPhone: Journey = { ...noJourney, phase: 'under-way', step: 'phone-biometric', tabId: 7 };
const closed = { type: 'tab-closed', tabId: 7 } as const;

describe('a registration', () => {
  it('is cut off where its tab is closed, with the phone under way or an error shown', () => {
    expect(cutOffAt(onPhone, closed)).toBe('phone-biometric');
    expect(cutOffAt({ ...onPhone, phase: 'error' }, closed)).toBe('phone-biometric');
  });

  it('is not cut off by the end of another tab, after its own end, or by the person’s word', () => {
    expect(cutOffAt(onPhone, { ...closed, tabId: 8 })).toBeNull();
    expect(cutOffAt({ ...onPhone, phase: 'finished' }, closed)).toBeNull();
    expect(cutOffAt({ ...onPhone, phase: 'stopped' }, closed)).toBeNull();
    expect(cutOffAt(onPhone, { type: 'cancel' })).toBeNull();
  });
});
