import { describe, expect, it } from 'vitest';
import { afterFinish } from './index.ts';

const before = '2026-11-23T01:00:00.000Z';
const finished = { browserStartedAt: before, thisSession: false };

describe('after a registration was finished', () => {
  it('tells a browser that was restarted from one that was not', () => {
    expect(afterFinish(finished, '2026-11-23T03:00:00.000Z')).toBe('new');
    expect(afterFinish(finished, before)).toBe('same');
  });

  it('does not guess where the process could not be seen', () => {
    expect(afterFinish(finished, null)).toBe('unknown');
    expect(afterFinish({ browserStartedAt: null, thisSession: false }, before)).toBe('unknown');
    expect(afterFinish({ browserStartedAt: null, thisSession: true }, before)).toBe('same');
  });

  it('says nothing without one', () => {
    expect(afterFinish(null, before)).toBeNull();
  });
});
