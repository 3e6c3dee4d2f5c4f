import { describe, expect, it } from 'vitest';
import { isInAppBrowser, outsideAddress } from './in-app-browser.ts';

const iphone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';
const android = 'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko)';

describe('in-app browser', () => {
  it.each([
    ['Safari', `${iphone} Version/17.5 Mobile/15E148 Safari/604.1`, false],
    ['Chrome on iPhone', `${iphone} CriOS/120.0 Mobile/15E148 Safari/604.1`, false],
    ['Chrome on Android', `${android} Chrome/120.0.0.0 Mobile Safari/537.36`, false],
    ['a PC', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0.0.0 Safari/537.36', false],
    ['LINE on iPhone', `${iphone} Mobile/15E148 Safari Line/13.4.0`, true],
    ['LINE on Android', `${android} Version/4.0 Chrome/120.0.0.0 Mobile Safari/537.36 Line/13.4.0/IAB`, true],
    ['a web view on Android', `${android.replace(')', '; wv)')} Version/4.0 Chrome/120.0.0.0 Mobile`, true],
    ['a web view on iPhone', `${iphone} Mobile/15E148`, true],
    ['Facebook', `${iphone} Mobile/15E148 [FBAN/FBIOS;FBAV/400.0]`, true],
  ])('%s: %j', (_, agent, expected) => {
    expect(isInAppBrowser(agent)).toBe(expected);
  });

  it('is left through LINE’s own switch, the secret still in the fragment', () => {
    const address = new URL('https://2nds.medis.or.jp/phone#secret');
    expect(outsideAddress(`${iphone} Line/13.4.0`, address)).toBe(
      'https://2nds.medis.or.jp/phone?openExternalBrowser=1#secret',
    );
    expect(outsideAddress(`${iphone} [FBAN/FBIOS]`, address)).toBeUndefined();
  });
});
