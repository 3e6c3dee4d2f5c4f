/**
 * Twenty-three signs that neither look alike (no 0 O D Q, 1 I, 2 Z, 5 S, 6 G, 8 B, U V, 7 and 1) nor, but for エー and
 * ケー, sound alike when the letters are read in Japanese. Twenty-three is a prime: one check character then finds every
 * wrong sign and every exchange of two.
 */
export const alphabet = '23456789ACFHJKLMPRTUWXY';

/** How the signs are read over the phone. */
const readings: Readonly<Record<string, string>> = {
  2: 'に',
  3: 'さん',
  4: 'よん',
  5: 'ご',
  6: 'ろく',
  7: 'なな',
  8: 'はち',
  9: 'きゅう',
  A: 'エー（アメリカのA）',
  C: 'シー（中国のC）',
  F: 'エフ（フランスのF）',
  H: 'エイチ（北海道のH）',
  J: 'ジェイ（日本のJ）',
  K: 'ケー（京都のK）',
  L: 'エル（ロンドンのL）',
  M: 'エム（メキシコのM）',
  P: 'ピー（パリのP）',
  R: 'アール（ローマのR）',
  T: 'ティー（東京のT）',
  U: 'ユー（UFOのU）',
  W: 'ダブリュー（ワシントンのW）',
  X: 'エックス',
  Y: 'ワイ（横浜のY）',
};

/** 「に・なな・エー（アメリカのA）…」 */
export function readingOf(code: string): string {
  return [...code].map((sign) => readings[sign] ?? sign).join('・');
}

/** What is written for a sign that is not in the alphabet, but looks or sounds like one that is. */
const takenFor: Readonly<Record<string, string>> = { B: '8', G: '6', S: '5', Z: '2', V: 'U', N: 'M' };

/** Folds what was typed: full width, lower case, hyphens and spaces of every kind. */
export function foldCode(typed: string): string {
  return [...typed.normalize('NFKC').toUpperCase()]
    .filter((sign) => !/[\s\-‐‑‒–—―ーｰ・.,_]/u.test(sign))
    .map((sign) => takenFor[sign] ?? sign)
    .join('');
}
