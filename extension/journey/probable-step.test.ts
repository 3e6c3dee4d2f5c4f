import { describe, expect, it } from 'vitest';
import { probableStep } from './probable-step.ts';

describe('the probable step of a page that fits none', () => {
  it('is the one with most of its signs', () => {
    expect(probableStep(['qr-1', 'qr-2', 'card-auth-4'])).toBe('scan-qr');
    expect(probableStep(['control-card-auth', 'card-auth-1', 'portal-menu-2'])).toBe('card-auth');
  });

  it('is not guessed without signs, or with as many of two', () => {
    expect(probableStep([])).toBeNull();
    expect(probableStep(['qr-1', 'complete-1'])).toBeNull();
    expect(probableStep(['something-else'])).toBeNull();
  });
});
