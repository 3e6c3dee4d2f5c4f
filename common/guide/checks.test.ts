import { describe, expect, it } from 'vitest';
import {
  checkIds,
  checkNames,
  checkParents,
  checkReasons,
  fillIn,
  unknownWords,
  wordsForReason,
} from './checks.ts';

const japanese = /[ぁ-んァ-ヶ一-龠]|^\{\w+\}$/;
const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort();

describe('words of the checks', () => {
  it('exist in both languages for every reason, with the same values filled in', () => {
    expect(checkReasons.length).toBeGreaterThan(60);
    for (const reason of checkReasons) {
      const { sentence, next } = wordsForReason(reason);
      for (const text of [sentence, ...(next ? [next] : [])]) {
        expect(text.ja, reason).toMatch(japanese);
        expect(text.en, reason).not.toMatch(/[ぁ-ん]/);
        expect(text.en.length, reason).toBeGreaterThan(3);
        expect(placeholders(text.en), reason).toEqual(placeholders(text.ja));
      }
    }
  });

  it('belong to a check of the tree', () => {
    for (const reason of checkReasons) expect(checkIds).toContain(reason.split('.')[0]);
    for (const check of checkIds) {
      expect(checkReasons.some((reason) => reason.startsWith(`${check}.`))).toBe(true);
      expect(checkNames[check].ja).not.toBe('');
    }
  });

  it('never tell anyone to type the PIN here', () => {
    for (const reason of checkReasons)
      expect(wordsForReason(reason).next?.ja ?? '').not.toMatch(/ここに.*PIN/);
  });

  it('do not keep from the other card where the site asks for it', () => {
    const { next } = wordsForReason('card-present.none');
    expect(next?.ja).toContain('マイナンバーカードを求めているときは、サイトの案内に沿って');
    expect(next?.en).toContain('asks for the My Number card, follow the site');
  });

  it('say where the setup comes from wherever they name it', () => {
    const named = checkReasons.filter(
      (reason) =>
        reason.startsWith('host.') &&
        /セットアップ|setup/i.test(Object.values(wordsForReason(reason).next ?? {}).join()),
    );
    expect(named.length).toBeGreaterThan(4);
    for (const reason of named) {
      const { next } = wordsForReason(reason);
      expect(next?.ja, reason).toContain('配布元から入手できます');
      expect(next?.en, reason).toContain('publisher named');
    }
  });

  it('name the background mode where a login is left in the browser, or may be', () => {
    for (const reason of ['browser-session.stale', 'browser-session.used'] as const) {
      expect(wordsForReason(reason).next?.ja, reason).toContain('タスクバー右端の通知領域');
    }
    const { next } = wordsForReason('browser-session.unknown');
    expect(next?.ja).toMatch(/裏で動き続け.*ログインが残る.*開き直して.*通知領域.*終了して/);
    expect(next?.en).toMatch(/go on in the background.*logged in.*open the browser again.*notification area/);
  });

  it('advise alike whether or not the driver seems to have the right reader', () => {
    const { next, action } = wordsForReason('driver-reader.unknown');
    expect(next).toBeDefined();
    expect(wordsForReason('driver-reader.hint-same')).toMatchObject({ next, action });
  });

  it('are filled in with the data of the finding', () => {
    expect(fillIn('{a} と {b}', { a: 1 })).toBe('1 と ?');
    expect(Object.keys(unknownWords)).toContain('timeout');
  });
});

describe('tree of checks', () => {
  it('is as the design draws it', () => {
    expect(checkParents['driver-reader']).toEqual(['card-driver', 'reader']);
    expect(checkParents.pin).toEqual(['certificate']);
    expect(checkParents['browser-session']).toEqual([]);
  });

  it('names parents before their children', () => {
    for (const check of checkIds) {
      for (const parent of checkParents[check]) {
        expect(checkIds.indexOf(parent)).toBeLessThan(checkIds.indexOf(check));
      }
    }
  });
});
