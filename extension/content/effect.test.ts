import { describe, expect, it } from 'vitest';
import { showsEffect } from './effect.ts';
import { fold } from './fold.ts';
import { isExpected, stepMap } from './site-map.ts';

const menu = fold('このサイトについて スマートフォンを変更する');

describe('the effect of a press', () => {
  it('is the step expected next, beside the old one too', () => {
    expect(showsEffect('choose-method', { text: menu }, { kind: 'card-auth' })).toBe(true);
  });

  it('is that the signs of its own step are gone', () => {
    const text = fold('しばらくお待ちください');
    expect(showsEffect('choose-method', { text }, { kind: 'unfamiliar' })).toBe(true);
    expect(showsEffect('card-auth', { text }, { kind: 'unfamiliar' })).toBe(true);
  });

  it('is not a page that shows the same step, with whatever else', () => {
    const text = fold(`${menu} 読み込み中 新着 12件`);
    expect(showsEffect('choose-method', { text }, { kind: 'portal-menu' })).toBe(false);
    // The control may be gone under the spinner.
    expect(showsEffect('choose-method', { text }, { kind: 'unfamiliar' })).toBe(false);
    const login = fold('準備するもの 読み込み中');
    expect(showsEffect('card-auth', { text: login }, { kind: 'card-auth' })).toBe(false);
  });
});

describe('the navigation expected next', () => {
  it.each([
    ['open-site', 'https://2nds.medis.or.jp/', true],
    ['open-site', 'https://portal.2nds.medis.or.jp/a?b', true],
    ['open-site', 'https://www.nichiyaku.or.jp/', false],
    ['card-auth', 'https://mahpki-auth.2nds.medis.or.jp/auth/realms/x', true],
    ['card-auth', 'https://2nds.medis.or.jp/', false],
    ['card-auth', 'https://mahpki-auth.2nds.medis.or.jp.example/', false],
    ['card-auth', 'http://mahpki-auth.2nds.medis.or.jp/', false],
    ['card-auth', 'https://mahpki-auth.2nds.medis.or.jp:8443/', false],
    ['card-auth', 'about:blank', false],
  ] as const)('of %s: %s is so: %s', (step, address, expected) => {
    expect(isExpected(stepMap[step].expects, address)).toBe(expected);
  });
});
