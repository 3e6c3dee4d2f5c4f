import { describe, expect, it } from 'vitest';
import { isFromOwnPage } from './origin.ts';

const own = 'https://2nds.medis.or.jp';

describe('origin of a change', () => {
  it.each([
    [{ origin: own }, true],
    [{ origin: own, 'sec-fetch-site': 'same-origin' }, true],
    [{ origin: 'null', 'sec-fetch-site': 'same-origin' }, true],
    [{ 'sec-fetch-site': 'same-origin' }, true],
    [{ origin: 'https://mahpki-auth.2nds.medis.or.jp', 'sec-fetch-site': 'same-site' }, false],
    [{ origin: 'https://2nds.medis.or.jp.evil.example' }, false],
    [{ origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' }, false],
    [{ origin: 'null', 'sec-fetch-site': 'cross-site' }, false],
    [{ origin: 'null' }, false],
    [{ 'sec-fetch-site': 'none' }, false],
    [{}, false],
  ])('%j: %s', (headers, expected) => {
    expect(isFromOwnPage(headers, own)).toBe(expected);
  });
});
