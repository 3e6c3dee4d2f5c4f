import { describe, expect, it } from 'vitest';
import { automaticLabel, cleanLabel, phoneKindOf } from './phone-kind.ts';

describe('kind of phone', () => {
  it.each([
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 14_5 like Mac OS X) Version/14.1 Safari/604.1', 'iphone'],
    ['Mozilla/5.0 (Linux; Android 10; K) Chrome/120.0.0.0 Mobile Safari/537.36', 'android'],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0.0.0', 'other'],
    [undefined, 'other'],
  ])('%s: %s', (agent, expected) => {
    expect(phoneKindOf(agent)).toBe(expected);
  });
});

describe('label', () => {
  it('is set by itself, with the day as it is in Japan', () => {
    expect(automaticLabel('iphone', Date.UTC(2026, 3, 30, 15, 0))).toBe('iPhone 2026-05-01');
  });

  it.each([
    ['', 'auto'],
    ['  \u0000\n ', 'auto'],
    [undefined, 'auto'],
    ['私の\u202Eスマホ\n2', '私の スマホ 2'],
    ['あ'.repeat(100), 'あ'.repeat(64)],
  ])('%j becomes %j', (typed, expected) => {
    expect(cleanLabel(typed, 'auto')).toBe(expected);
  });
});
