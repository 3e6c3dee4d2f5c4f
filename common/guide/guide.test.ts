import { describe, expect, it } from 'vitest';
import { wordsForReason } from './checks.ts';
import { guideErrors, stepById, steps } from './index.ts';
import type { Text } from './types.ts';

function texts(value: unknown): Text[] {
  if (value === null || typeof value !== 'object') return [];
  if ('ja' in value && 'en' in value) return [value as Text];
  return Object.values(value).flatMap(texts);
}

describe('guide', () => {
  it('has the thirteen steps in the order of the manual', () => {
    expect(steps.map(({ number }) => number)).toEqual(Array.from({ length: 13 }, (_, index) => index + 1));
    expect(steps.filter(({ device }) => device === 'phone').map(({ number }) => number)).toEqual([
      8, 9, 10, 11, 12,
    ]);
  });

  it('names every step and error once', () => {
    const ids = [...steps.map(({ id }) => id), ...guideErrors.map(({ id }) => id)];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('says everything in Japanese and in English', () => {
    const all = texts([steps, guideErrors]);
    expect(all.length).toBeGreaterThan(60);
    for (const { ja, en } of all) {
      expect(ja).toMatch(/[ぁ-んァ-ヶ一-龠]/);
      expect(en).toMatch(/^[^ぁ-ん]*[A-Za-z]/);
    }
  });

  it("has manual (2)'s word for who has no reader yet, where one is asked for", () => {
    const word = 'カードリーダー等未購入の場合はベンダー様による電子処方箋システムの導入までお待ちください。';
    expect(stepById('prepare').notes.map(({ ja }) => ja)).toContain(word);
    for (const reason of ['reader.none', 'reader.virtual-only'] as const) {
      expect(wordsForReason(reason).next?.ja, reason).toContain(word);
      expect(wordsForReason(reason).next?.en, reason).toContain('vendor');
    }
  });

  it('resumes each error at a step that exists', () => {
    const ids = steps.map(({ id }) => id);
    for (const error of guideErrors) expect(ids).toContain(error.resumeAt);
  });
});
