/**
 * Whether the page is shown inside another app's web view, where registering fails: web views may use only the
 * relying parties of their own app. Safari and Chrome tabs that apps open (SFSafariViewController, Custom Tabs) are
 * the real browsers and are not meant. Sources: LINE's, Facebook's and Instagram's user agents, Android's `; wv)`,
 * and WKWebView, which lacks `Version/`.
 */
export function isInAppBrowser(userAgent: string): boolean {
  if (/\bLine\/|FBAN|FBAV|FB_IAB|Instagram|MicroMessenger|YJApp|; wv\)/.test(userAgent)) return true;
  const iphone = /iPhone|iPod|iPad/.test(userAgent);
  const browser = /Version\/|CriOS|FxiOS|EdgiOS/.test(userAgent);
  return iphone && !browser;
}

/** An address that makes the app open the phone's own browser, where one is known: LINE's switch. */
export function outsideAddress(userAgent: string, address: URL): string | undefined {
  if (!/\bLine\//.test(userAgent)) return undefined;
  const outside = new URL(address);
  outside.searchParams.set('openExternalBrowser', '1');
  return outside.href;
}
