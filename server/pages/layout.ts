import type { StepId, Text } from '../../common/guide/index.ts';
import { type Html, html } from './html.ts';
import type { Language } from './language.ts';

/** What every page needs to know of the request and the platform. */
export interface PageContext {
  language: Language;
  notice: Text | undefined;
  assets: { script: string; style: string; icon: string };
}

export interface Page {
  title: Text;
  device: 'pc' | 'phone';
  /** The manual's step, for the browser's own script and for support. */
  step?: StepId;
  /** What the script does on this page, and what it needs for it. Never a secret. */
  script?: { name: string; data?: Record<string, string | number> };
  /** Whether the page can be asked for again in the other language without losing anything. */
  switchLanguage?: boolean;
  body: Html;
}

export const platformName: Text = {
  ja: 'HPKIセカンド電子証明書管理・認証プラットフォーム',
  en: 'HPKI Second Electronic Certificate Platform',
};

export const siteName: Text = {
  ja: '認証用デバイス／マイナンバーカード登録サイト',
  en: 'Registration of devices and My Number cards',
};

const otherLanguage: Record<Language, { code: Language; name: string }> = {
  ja: { code: 'en', name: 'English' },
  en: { code: 'ja', name: '日本語' },
};

/** A whole page. Scripts and styles are files of our own only. */
export function pageHtml(context: PageContext, page: Page): string {
  const { language, assets, notice } = context;
  const other = otherLanguage[language];
  const data = Object.entries(page.script?.data ?? {}).map(
    ([name, value]) => html` data-${name}="${String(value)}"`,
  );
  return String(html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="format-detection" content="telephone=no">
<meta name="robots" content="noindex">
<title>${page.title[language]} | ${platformName[language]}</title>
<link rel="icon" type="image/svg+xml" href="${assets.icon}">
<link rel="stylesheet" href="${assets.style}">
<script src="${assets.script}" defer></script>
</head>
<body class="${page.device}" data-language="${language}">
${notice && html`<p class="notice" role="note">${notice[language]}</p>`}
<header>
<p class="platform">${platformName[language]}</p>
${
  page.switchLanguage !== false &&
  html`<a class="language" href="?lang=${other.code}" lang="${other.code}" hreflang="${other.code}">${other.name}</a>`
}
</header>
<main${page.step && html` data-step="${page.step}"`}${page.script && html` data-script="${page.script.name}"`}${data}>
${page.body}
</main>
<noscript><p class="notice">${noScript[language]}</p></noscript>
</body>
</html>`);
}

const noScript: Text = {
  ja: 'このサイトを使うには、ブラウザの設定でJavaScriptを有効にしてください。',
  en: 'Please turn on JavaScript in the browser to use this site.',
};

/**
 * The words of a control that the manual names. In English the manual's own word stays below, because that is what
 * colleagues and the printed manual call it.
 */
export function controlText(text: Text, language: Language): Html {
  return language === 'ja'
    ? html`${text.ja}`
    : html`${text.en}<span class="manual-word" lang="ja">${text.ja}</span>`;
}

/** A list of sentences. */
export function list(items: readonly Text[], language: Language, className?: string): Html | undefined {
  if (items.length === 0) return undefined;
  return html`<ul${className && html` class="${className}"`}>${items.map((item) => html`<li>${item[language]}</li>`)}</ul>`;
}
