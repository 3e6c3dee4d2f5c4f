import { describe, expect, it } from 'vitest';
import { clockTime, languageOf, timeLeft } from './language.ts';

describe('language', () => {
  it.each([
    [undefined, 'ja'],
    ['ja', 'ja'],
    ['en-US,en;q=0.9', 'en'],
    ['en-US,en;q=0.9,ja;q=0.5', 'ja'],
    ['ja;q=0, en', 'en'],
    ['fr', 'ja'],
    ['*', 'ja'],
  ])('for %j is %s', (header, expected) => {
    expect(languageOf(header)).toBe(expected);
  });
});

describe('times', () => {
  it('are those of clocks in Japan', () => {
    expect(clockTime(Date.UTC(2026, 4, 1, 5, 48), 'ja')).toBe('2026年5月1日 14:48');
  });

  it.each([
    [600_000, '10分00秒'],
    [9_001, '0分10秒'],
    [-5, '0分00秒'],
  ])('%d ms left are %s', (left, expected) => {
    expect(timeLeft(left, 'ja')).toBe(expected);
  });
});
