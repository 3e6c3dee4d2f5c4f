import { describe, expect, it } from 'vitest';
import { placeOf } from './place.ts';

const onPc = { sheet_id: null, phone_expires_at: null };
const onPcLoggedIn = { sheet_id: null, phone_expires_at: 1000 };
const onSheet = { sheet_id: 'sheet', phone_expires_at: null };

describe('the page on which a phone belongs', () => {
  it.each([
    ['waiting', 'none', '/phone/login'],
    ['opened', 'none', '/phone/login'],
    ['logged-in', 'mine', '/phone/register'],
    ['registered', 'mine', '/phone/label'],
    ['done', 'mine', '/phone/done'],
    ['expired', 'none', '/phone/stopped/qr-expired'],
    ['cancelled', 'mine', '/phone/stopped/qr-cancelled'],
    ['logged-in', 'other', '/phone/stopped/qr-used'],
    ['registered', 'other', '/phone/stopped/qr-used'],
    ['done', 'other', '/phone/stopped/qr-used'],
  ] as const)('%s, %s: %s', (status, phone, path) => {
    expect(placeOf(status, phone, onPc)).toBe(path);
  });

  it('says that the phone’s own time is over where the QR code was read in time', () => {
    expect(placeOf('expired', 'mine', onPcLoggedIn)).toBe('/phone/stopped/time-over');
  });

  it('speaks of the sheet where the QR code is on one', () => {
    expect(placeOf('expired', 'mine', onSheet)).toBe('/phone/stopped/sheet-time-over');
    expect(placeOf('cancelled', 'mine', onSheet)).toBe('/phone/stopped/sheet-reopened');
    expect(placeOf('cancelled', 'other', onSheet)).toBe('/phone/stopped/sheet-reopened');
  });
});
