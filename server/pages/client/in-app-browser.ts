/**
 * Apps that show pages in a web view of their own, by what they write into the user agent. Registering fails there: web
 * views may use only the relying parties of their own app. Safari and Chrome tabs that apps open
 * (SFSafariViewController, Custom Tabs) are the real browsers and are not meant. LINE, Facebook and Instagram are as
 * they document it; the others are known from logs that people published (medium).
 */
const apps: readonly { name: string; form: RegExp }[] = [
  { name: 'LINE', form: /\bLine\// },
  { name: 'Facebook', form: /FBAN|FBAV|FB_IAB/ },
  { name: 'Instagram', form: /Instagram/ },
  { name: 'X (Twitter)', form: /Twitter(?: for |Android)/ },
  { name: 'Yahoo! JAPAN', form: /YJApp|jp\.co\.yahoo/i },
  { name: 'Google', form: /\bGSA\// },
  { name: 'WeChat', form: /MicroMessenger/ },
  { name: 'TikTok', form: /musical_ly|BytedanceWebview/ },
  { name: 'KakaoTalk', form: /KAKAOTALK/i },
];

export interface InAppBrowser {
  /** Null when only the web view shows, not whose it is. */
  app: string | null;
}

/** The app whose web view shows the page; undefined in a browser. Android's web views say `; wv)`, WKWebView lacks `Version/`. */
export function inAppBrowserOf(userAgent: string): InAppBrowser | undefined {
  const app = apps.find(({ form }) => form.test(userAgent));
  if (app) return { app: app.name };
  if (/; wv\)/.test(userAgent)) return { app: null };
  const iphone = /iPhone|iPod|iPad/.test(userAgent);
  const browser = /Version\/|CriOS|FxiOS|EdgiOS|OPT\/|DuckDuckGo/.test(userAgent);
  return iphone && !browser ? { app: null } : undefined;
}

/**
 * An address that leads out of the app into the phone's own browser, where there is one: LINE's switch, on Android an
 * intent for Chrome (developer.chrome.com, Android intents). The secret stays in the fragment.
 */
export function outsideAddress(userAgent: string, address: URL): string | undefined {
  if (/\bLine\//.test(userAgent)) {
    const outside = new URL(address);
    outside.searchParams.set('openExternalBrowser', '1');
    return outside.href;
  }
  if (!/Android/.test(userAgent)) return undefined;
  const { host, pathname, search, hash } = address;
  return `intent://${host}${pathname}${search}${hash}#Intent;scheme=https;package=com.android.chrome;end`;
}

/** What manual (1) asks for: Safari on an iPhone, Chrome on Android. Only to say so: features decide, names never block. */
export type BrowserAdvice = 'as-asked' | 'other-browser' | 'no-phone';

export function browserAdvice(userAgent: string): BrowserAdvice {
  if (inAppBrowserOf(userAgent)) return 'other-browser';
  if (/iPhone|iPod|iPad/.test(userAgent)) {
    const safari = /Version\//.test(userAgent) && !/CriOS|FxiOS|EdgiOS|OPT\/|DuckDuckGo/.test(userAgent);
    return safari ? 'as-asked' : 'other-browser';
  }
  if (/Android/.test(userAgent)) {
    const chrome =
      /Chrome\//.test(userAgent) && !/SamsungBrowser|EdgA|OPR\/|Firefox|MiuiBrowser/.test(userAgent);
    return chrome ? 'as-asked' : 'other-browser';
  }
  return 'no-phone';
}
