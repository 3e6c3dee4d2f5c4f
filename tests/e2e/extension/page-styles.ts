/**
 * The manual's step (3) and (4) page in the ways in which such pages are written. Its texts are the manual's; its
 * structure is nobody's.
 */

const method = 'HPKIカードを使ってスマートフォンを登録する';
const others = [
  'マイナンバーカードを使ってスマートフォンを登録する',
  'スマートフォンを変更する',
  'HPKIカードを使ってマイナンバーカードを登録する',
];
const title = '認証用デバイス／マイナンバーカード登録サイト';
const ready = '◆HPKIカードがICカードリーダーにセットされている状態で下のボタンをクリックしてください。◆';
const pixel = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';

const page = (body: string, head = '') =>
  `<!doctype html><html lang="ja"><meta charset="utf-8"><title>登録</title>${head}<body>${body}</body></html>`;
const menu = (entry: string, rest = others.map((label) => `<p><a href="#x">${label}</a></p>`).join('')) =>
  page(`<h1>${title}</h1>${entry}${rest}`);
const login = (control: string) => page(`<h2>${method}</h2><h3>準備するもの</h3><p>${ready}</p>${control}`);

/** Pages on which (3) is to be pressed. */
export const menuStyles: Record<string, string> = {
  'links in a list': menu(`<ul><li>→ <a href="#a">${method}</a></li></ul>`),
  'button with an arrow within': menu(`<button>→ ${method}</button>`),
  'input with a value': menu(`<form><input type="submit" value="${method}"></form>`),
  'image button': menu(
    `<form><input type="image" src="${pixel}" width="300" height="40" alt="${method}"></form>`,
  ),
  'linked image': menu(`<a href="#a"><img src="${pixel}" width="300" height="40" alt="${method}"></a>`),
  'role button': menu(`<div role="button" tabindex="0">${method}</div>`),
  'div with a handler': menu(`<div style="cursor:pointer">${method}</div>`),
  'table layout of the 2000s': menu(
    `<table border="0" cellpadding="4"><tr><td><font size="3"><a href="#a"><b>HPKIカードを使って<br>スマートフォンを登録する</b></a></font></td></tr></table>`,
  ),
  'half-width and full-width forms': menu('<button>ＨＰＫＩｶｰﾄﾞを使ってｽﾏｰﾄﾌｫﾝを登録する</button>'),
  furigana: menu(
    '<button>HPKIカードを<ruby>使<rp>(</rp><rt>つか</rt><rp>)</rp></ruby>ってスマートフォンを<ruby>登録<rt>とうろく</rt></ruby>する</button>',
  ),
  'words in spans with spaces between': menu(
    '<a href="#a"><span>HPKI カードを使って</span>\n   <span>スマートフォンを&#8203;登録する</span></a>',
  ),
  'named by aria-label': menu(`<button aria-label="${method}">登録</button>`),
  'named by another element': menu(`<span id="n">${method}</span><button aria-labelledby="n">→</button>`),
  'open shadow root': menu(
    `<x-menu><template shadowrootmode="open"><button>${method}</button></template></x-menu>`,
  ),
  'summary of an accordion': menu(`<details><summary>${method}</summary><p>手順</p></details>`),
  'image map': menu(
    `<img src="${pixel}" width="300" height="60" usemap="#m" alt=""><map name="m"><area shape="rect" coords="0,0,300,60" href="#a" alt="${method}"></map>`,
  ),
  'rendered by script': menu(
    `<div id="app"></div><script>document.getElementById('app').innerHTML='<button>${method}</button>'</script>`,
  ),
  'below the fold': menu(`<div style="height:3000px"></div><a href="#a">${method}</a>`),
  'a drawing with a link': menu(
    `<svg width="320" height="40"><a href="#a"><text x="5" y="25">${method}</text><rect width="320" height="40" fill="transparent"/></a></svg>`,
  ),
};

/** Pages on which (4) is to be pressed. */
export const loginStyles: Record<string, string> = {
  link: login('<a href="https://mahpki-auth.2nds.medis.or.jp/">HPKIカードで登録</a>'),
  button: login('<button>HPKIカードで登録</button>'),
  'input value': login('<input type="button" value="ＨＰＫＩカードで登録">'),
  'image alt': login(`<a href="#a"><img src="${pixel}" width="200" height="40" alt="HPKIカードで登録"></a>`),
  'with an ornament': login('<button><span aria-hidden="true">▶</span> HPKIカードで登録</button>'),
  'below the menu, unfolded': page(
    `<h1>${title}</h1><button>${method}</button><section><p>${ready}</p><button>HPKIカードで登録</button></section>${others.map((label) => `<button>${label}</button>`).join('')}`,
  ),
};

/** Pages on which nothing may be pressed, and why. */
export const decoys: Record<string, { html: string; why: string; host?: string }> = {
  'two of them': { html: menu(`<a href="#a">${method}</a><a href="#b">${method}</a>`), why: 'several' },
  'one hidden beside the shown one': {
    html: menu(`<a href="#a">${method}</a><a href="#b" style="display:none">${method}</a>`),
    why: 'several',
  },
  'only a hidden one': { html: menu(`<a href="#a" style="visibility:hidden">${method}</a>`), why: 'hidden' },
  'in a closed accordion': {
    html: menu(`<details><summary>開く</summary><a href="#a">${method}</a></details>`),
    why: 'hidden',
  },
  transparent: { html: menu(`<a href="#a" style="opacity:0">${method}</a>`), why: 'hidden' },
  covered: {
    html: menu(
      `<a href="#a">${method}</a><div style="position:fixed;inset:0;background:#fff8">お知らせ</div>`,
    ),
    why: 'covered',
  },
  disabled: { html: menu(`<button disabled>${method}</button>`), why: 'disabled' },
  'disabled for assistive technology': {
    html: menu(`<button aria-disabled="true">${method}</button>`),
    why: 'disabled',
  },
  'text in attributes only': {
    html: menu(`<a href="#a" data-label="${method}" class="${method}">こちら</a>`),
    why: 'not-found',
  },
  'a longer label': { html: menu(`<a href="#a">${method}方法の説明を読む</a>`), why: 'not-found' },
  'a denial': { html: menu(`<a href="#a">${method}のをやめる</a>`), why: 'not-found' },
  'a heading that cannot be pressed': { html: menu(`<h2>${method}</h2>`), why: 'not-found' },
  'a comment and a script': {
    html: menu(`<!-- <button>${method}</button> --><script>const label = '${method}';</script>`),
    why: 'not-found',
  },
  'two with other spelling': {
    html: menu(`<button>${method}</button><button>ＨＰＫＩカードを使って スマートフォンを登録する</button>`),
    why: 'several',
  },
};
