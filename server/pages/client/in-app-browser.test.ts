import { describe, expect, it } from 'vitest';
import { browserAdvice, inAppBrowserOf, outsideAddress } from './in-app-browser.ts';

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
    expect(inAppBrowserOf(agent) !== undefined).toBe(expected);
  });

  it('is left through LINE’s own switch, the secret still in the fragment', () => {
    const address = new URL('https://2nds.medis.or.jp/phone#secret');
    expect(outsideAddress(`${iphone} Line/13.4.0`, address)).toBe(
      'https://2nds.medis.or.jp/phone?openExternalBrowser=1#secret',
    );
    expect(outsideAddress(`${iphone} [FBAN/FBIOS]`, address)).toBeUndefined();
  });

  it.each([
    ['LINE', `${iphone} Mobile/15E148 Safari Line/13.4.0`],
    ['Facebook', `${android} Version/4.0 Chrome/120.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/400.0]`],
    ['Instagram', `${iphone} Mobile/15E148 Instagram 300.0`],
    ['X (Twitter)', `${iphone} Mobile/15E148 Twitter for iPhone/10.1`],
    ['Google', `${iphone} GSA/280.0 Mobile/15E148 Safari/604.1`],
    ['Yahoo! JAPAN', `${iphone} Mobile/15E148 YJApp-IOS jp.co.yahoo.ipn.appli/4.100.0`],
    [
      'Yahoo! JAPAN',
      `${android.replace(')', '; wv)')} Version/4.0 Chrome/120.0 Mobile YJApp-ANDROID jp.co.yahoo.android.yjtop/3.160.0`,
    ],
    ['WeChat', `${iphone} Mobile/15E148 MicroMessenger/8.0.49(0x18003137) NetType/WIFI Language/ja`],
    [
      'WeChat',
      `${android.replace(')', '; wv)')} Version/4.0 Chrome/120.0 Mobile MMWEBID/1 MicroMessenger/8.0.49 WeChat/arm64`,
    ],
    ['TikTok', `${iphone} Mobile/15E148 musical_ly_34.5.0 JsSdk/2.0 NetType/WIFI BytedanceWebview/d8a21c6`],
    [
      'TikTok',
      `${android.replace(')', '; wv)')} Version/4.0 Chrome/120.0 Mobile trill_340503 BytedanceWebview/d8a21c6`,
    ],
    ['KakaoTalk', `${iphone} Mobile/15E148 KAKAOTALK 10.7.5`],
    ['KakaoTalk', `${android.replace(')', '; wv)')} Version/4.0 Chrome/120.0 Mobile;KAKAOTALK 2410750`],
    [null, `${android.replace(')', '; wv)')} Version/4.0 Chrome/120.0.0.0 Mobile`],
    [null, `${iphone} Mobile/15E148`],
  ])('is called %j', (name, agent) => {
    expect(inAppBrowserOf(agent)).toEqual({ app: name });
  });

  it.each([
    'YJApp-ANDROID jp.co.yahoo.android.yjtop/3.160.0',
    'MicroMessenger/8.0.49',
    'BytedanceWebview/d8a21c6',
    'KAKAOTALK 2410750',
  ])('of %s on Android is left for Chrome; on an iPhone copying is what there is', (mark) => {
    const address = new URL('https://2nds.medis.or.jp/phone#secret');
    expect(outsideAddress(`${android} ${mark}`, address)).toMatch(
      /^intent:.*#secret#Intent;.*com\.android\.chrome/,
    );
    expect(outsideAddress(`${iphone} ${mark}`, address)).toBeUndefined();
  });

  it('is left on Android by an intent for Chrome, the secret still in the fragment', () => {
    const address = new URL('https://2nds.medis.or.jp/phone#secret');
    const outside = outsideAddress(`${android} [FB_IAB/FB4A]`, address) ?? '';
    expect(outside).toBe(
      'intent://2nds.medis.or.jp/phone#secret#Intent;scheme=https;package=com.android.chrome;end',
    );
    // Android takes what stands before the last # as the address (Intent.parseUri).
    expect(outside.slice(0, outside.lastIndexOf('#'))).toBe('intent://2nds.medis.or.jp/phone#secret');
  });

  it.each([
    ['as-asked', `${iphone} Version/17.5 Mobile/15E148 Safari/604.1`],
    ['as-asked', 'Mozilla/5.0 (Linux; Android 10; K) Chrome/156.0.0.0 Mobile Safari/537.36'],
    ['other-browser', `${iphone} CriOS/120.0 Mobile/15E148 Safari/604.1`],
    ['other-browser', `${android} Version/4.0 Chrome/120.0.0.0 Mobile Safari/537.36 Line/13.4.0`],
    [
      'other-browser',
      'Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) Version/4.0 Chrome/120.0.0.0 Mobile Safari/537.36',
    ],
    ['other-browser', `${android} SamsungBrowser/23.0 Chrome/115.0 Mobile Safari/537.36`],
    ['other-browser', 'Mozilla/5.0 (Android 14; Mobile; rv:120.0) Gecko/120.0 Firefox/120.0'],
    ['no-phone', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0.0.0 Safari/537.36'],
  ])('%s: %s', (advice, agent) => {
    expect(browserAdvice(agent)).toBe(advice);
  });
});
