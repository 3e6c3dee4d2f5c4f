import { describe, expect, it } from 'vitest';
import { placeOf } from './place.ts';

describe('the page on which a phone belongs', () => {
  it.each([
    ['waiting', 'none', '/phone/login'],
    ['opened', 'none', '/phone/login'],
    ['logged-in', 'mine', '/phone/register'],
    ['registered', 'mine', '/phone/label'],
    ['done', 'mine', '/phone/done'],
    ['expired', 'mine', '/phone/stopped/qr-expired'],
    ['expired', 'none', '/phone/stopped/qr-expired'],
    ['cancelled', 'mine', '/phone/stopped/qr-cancelled'],
    ['logged-in', 'other', '/phone/stopped/qr-used'],
    ['registered', 'other', '/phone/stopped/qr-used'],
    ['done', 'other', '/phone/stopped/qr-used'],
  ] as const)('%s, %s: %s', (status, phone, path) => {
    expect(placeOf(status, phone)).toBe(path);
  });
});
