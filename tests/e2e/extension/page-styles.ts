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
const otherEntries = others.map((label) => `<p><a href="#x">${label}</a></p>`).join('');
const menu = (entry: string) => page(`<h1>${title}</h1>${entry}${otherEntries}`);
const login = (control: string, head = '') =>
  page(`<h2>${method}</h2><h3>準備するもの</h3><p>${ready}</p>${control}`, head);
const cardLogin = 'HPKIカードで登録';
const icon = '<svg width="24" height="24"><rect width="24" height="24"/></svg>';

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
  'its text, whatever its accessible name': login(`<button aria-label="送信">${cardLogin}</button>`),
  'its value, whatever its accessible name': login(
    `<form><input type="submit" aria-label="送信" value="${cardLogin}"></form>`,
  ),
  'its alternative text, whatever its accessible name': login(
    `<form><input type="image" aria-label="送信" src="${pixel}" width="200" height="40" alt="${cardLogin}"></form>`,
  ),
  'its title, whatever its accessible name': login(
    `<button aria-label="送信" title="${cardLogin}">${icon}</button>`,
  ),
  'the title of a div with a handler': login(
    `<div style="cursor:pointer;width:24px" title="${cardLogin}">${icon}</div>`,
  ),
  'with an ornament': login('<button><span aria-hidden="true">▶</span> HPKIカードで登録</button>'),
  'below the menu, unfolded': page(
    `<h1>${title}</h1><button>${method}</button><section><p>${ready}</p><button>HPKIカードで登録</button></section>${others.map((label) => `<button>${label}</button>`).join('')}`,
  ),
};

/** A page on which nothing may be pressed, and why. */
export interface Decoy {
  html: string;
  why: string;
}

/** @param around the step's page with this instead of its control */
const decoysOf = (label: string, around: (body: string, head?: string) => string): Record<string, Decoy> => ({
  'two of them': { html: around(`<a href="#a">${label}</a><a href="#b">${label}</a>`), why: 'several' },
  'one hidden beside the shown one': {
    html: around(`<a href="#a">${label}</a><a href="#b" style="display:none">${label}</a>`),
    why: 'several',
  },
  'only a hidden one': { html: around(`<a href="#a" style="visibility:hidden">${label}</a>`), why: 'hidden' },
  transparent: { html: around(`<a href="#a" style="opacity:0">${label}</a>`), why: 'hidden' },
  covered: {
    html: around(
      `<a href="#a">${label}</a><div style="position:fixed;inset:0;background:#fff8">お知らせ</div>`,
    ),
    why: 'covered',
  },
  disabled: { html: around(`<button disabled>${label}</button>`), why: 'disabled' },
  'disabled for assistive technology': {
    html: around(`<button aria-disabled="true">${label}</button>`),
    why: 'disabled',
  },
  'text in attributes only': {
    html: around(`<a href="#a" data-label="${label}" class="${label}">こちら</a>`),
    why: 'not-found',
  },
  'a longer label': { html: around(`<a href="#a">${label}方法の説明を読む</a>`), why: 'not-found' },
  'a denial': { html: around(`<a href="#a">${label}のをやめる</a>`), why: 'not-found' },
  'a heading that cannot be pressed': { html: around(`<h2>${label}</h2>`), why: 'not-found' },
  'a comment and a script': {
    html: around(`<!-- <button>${label}</button> --><script>const text = '${label}';</script>`),
    why: 'not-found',
  },
  'two with other spelling': {
    html: around(`<button>${label}</button><button>${label.replace('HPKI', 'ＨＰＫＩ ')}</button>`),
    why: 'several',
  },
  'almost transparent': {
    html: around(`<p style="opacity:0.04"><a href="#a">${label}</a></p>`),
    why: 'hidden',
  },
  'without size': {
    html: around(`<a href="#a" style="display:inline-block;width:0;height:0;overflow:hidden">${label}</a>`),
    why: 'hidden',
  },
  'scaled to nothing': {
    html: around(`<a href="#a" style="display:inline-block;transform:scale(0)">${label}</a>`),
    why: 'hidden',
  },
  'beyond the page’s edge': {
    html: around(`<a href="#a" style="position:absolute;left:-9999px">${label}</a>`),
    why: 'hidden',
  },
  'fixed outside the window': {
    html: around(`<a href="#a" style="position:fixed;top:-500px">${label}</a>`),
    why: 'hidden',
  },
  'cut off by what is around it': {
    html: around(`<div style="height:0;overflow:hidden"><a href="#a">${label}</a></div>`),
    why: 'hidden',
  },
  'pushed out of a box that hides it': {
    html: around(
      `<div style="position:relative;height:60px;overflow:hidden"><a href="#a" style="position:absolute;top:200px">${label}</a></div>`,
    ),
    why: 'hidden',
  },
  'clipped away': {
    html: around(`<a href="#a" style="display:inline-block;clip-path:inset(50%)">${label}</a>`),
    why: 'covered',
  },
  'in a light tree that its shadow host does not show': {
    html: around(
      `<x-box><template shadowrootmode="open"><p>お知らせ</p></template><a href="#a">${label}</a></x-box>`,
    ),
    why: 'hidden',
  },
  'hidden from assistive technology': {
    html: around(`<div aria-hidden="true"><a href="#a">${label}</a></div>`),
    why: 'hidden',
  },
  inert: { html: around(`<div inert><a href="#a">${label}</a></div>`), why: 'disabled' },
  'in a disabled fieldset': {
    html: around(`<fieldset disabled><button>${label}</button></fieldset>`),
    why: 'disabled',
  },
  'in a group that is disabled for assistive technology': {
    html: around(`<div aria-disabled="true"><a href="#a">${label}</a></div>`),
    why: 'disabled',
  },
  'under a clear sheet': {
    html: around(`<a href="#a">${label}</a><div style="position:fixed;inset:0"></div>`),
    why: 'covered',
  },
  'under a sheet that lets presses through': {
    html: around(
      `<a href="#a">${label}</a><div style="position:fixed;inset:0;background:#fff;pointer-events:none">別の案内</div>`,
    ),
    why: 'covered',
  },
  'taking no pointer': {
    html: around(`<a href="#a" style="pointer-events:none">${label}</a>`),
    why: 'covered',
  },
  'behind a modal dialog': {
    html: around(
      `<a href="#a">${label}</a><dialog id="d">お知らせ</dialog><script>document.getElementById('d').showModal()</script>`,
    ),
    why: 'covered',
  },
  'behind the foreign frame': {
    html: around(
      `<div style="position:relative"><a href="#a">${label}</a><iframe src="data:text/html,x" style="position:absolute;inset:0;opacity:0"></iframe></div>`,
    ),
    why: 'covered',
  },
  'written by style alone': {
    html: around(`<a class="g" href="#a"></a>`, `<style>.g::before{content:'${label}'}</style>`),
    why: 'not-found',
  },
  'denied by style': {
    html: around(`<a class="g" href="#a">${label}</a>`, `<style>.g::after{content:'のをやめる'}</style>`),
    why: 'not-found',
  },
  'a div denied by style': {
    html: around(
      `<div class="g" style="cursor:pointer">${label}</div>`,
      `<style>.g::after{content:'のをやめる'}</style>`,
    ),
    why: 'not-found',
  },
  'another word than its name': {
    html: around(`<button aria-label="${label}">登録を取り消す</button>`),
    why: 'not-found',
  },
  'turned round by a control character': {
    html: around(`<button>\u202E${[...label].reverse().join('')}\u202C</button>`),
    why: 'not-found',
  },
  'the label turned round by style': {
    html: around(`<button style="direction:rtl;unicode-bidi:bidi-override"><span>${label}</span></button>`),
    why: 'not-found',
  },
  'letters that only look the same': {
    html: around(
      `<button>${label.replace('HPKI', '\u041D\u0420\u041A\u0406')}</button><button>${label.replace('カ', '力')}</button>`,
    ),
    why: 'not-found',
  },
  'a letter struck out': {
    html: around(`<button>${label.replace('登録', '登\u0336録\u0336')}</button>`),
    why: 'not-found',
  },
  'zero-width twins': {
    html: around(`<button>${label}</button><button>${[...label].join('\u200B')}</button>`),
    why: 'several',
  },
  'a twin in a shadow root': {
    html: around(
      `<button>${label}</button><x-box><template shadowrootmode="open"><button>${label}</button></template></x-box>`,
    ),
    why: 'several',
  },
  'a link to a host that is not listed': {
    html: around(`<a href="https://2nds.medis.or.jp.example/">${label}</a>`),
    why: 'leads-elsewhere',
  },
  'a link to the punycode of a lookalike': {
    html: around(`<a href="https://2nds.med\u0456s.or.jp/">${label}</a>`),
    why: 'leads-elsewhere',
  },
  'a link to another port': {
    html: around(`<a href="https://2nds.medis.or.jp:8443/">${label}</a>`),
    why: 'leads-elsewhere',
  },
  'a link without encryption': {
    html: around(`<a href="http://2nds.medis.or.jp/">${label}</a>`),
    why: 'leads-elsewhere',
  },
  'a link with the host as its user name': {
    html: around(`<a href="https://2nds.medis.or.jp@lookalike.example/">${label}</a>`),
    why: 'leads-elsewhere',
  },
  'a link that its base sends elsewhere': {
    html: around(`<a href="card">${label}</a>`, '<base href="https://lookalike.example/">'),
    why: 'leads-elsewhere',
  },
  'a link of a data address': {
    html: around(`<a href="data:text/html,x">${label}</a>`),
    why: 'leads-elsewhere',
  },
  'a link that runs a script': {
    html: around(`<a href="java\nscript:document.title='pressed'">${label}</a>`),
    why: 'leads-unseen',
  },
  'a drawing’s link to a host that is not listed': {
    html: around(
      `<svg width="320" height="40"><a href="https://lookalike.example/"><text x="5" y="25">${label}</text><rect width="320" height="40" fill="transparent"/></a></svg>`,
    ),
    why: 'leads-elsewhere',
  },
  'a form to a host that is not listed': {
    html: around(
      `<form action="https://lookalike.example/"><input name="action"><button>${label}</button></form>`,
    ),
    why: 'leads-elsewhere',
  },
  'a button that sends its form elsewhere': {
    html: around(
      `<form action="/card"><input type="submit" formaction="https://lookalike.example/" value="${label}"></form>`,
    ),
    why: 'leads-elsewhere',
  },
  'a label of another form’s button': {
    html: around(
      `<label for="b" style="cursor:pointer">${label}</label><form action="https://lookalike.example/"><input type="submit" id="b" value="送信"></form>`,
    ),
    why: 'leads-elsewhere',
  },
  'a value that says otherwise than the name': {
    html: around(`<form><input type="submit" aria-label="${label}" value="登録を取り消す"></form>`),
    why: 'not-found',
  },
  'a picture that says otherwise than the name': {
    html: around(
      `<form><input type="image" aria-label="${label}" src="${pixel}" width="200" height="40" alt="登録を取り消す"></form>`,
    ),
    why: 'not-found',
  },
  'a title over other words': {
    html: around(`<a href="#a" title="${label}">詳しい説明</a>`),
    why: 'not-found',
  },
  'two that look the same and are named differently': {
    html: around(`<button>${label}</button><button aria-label="送信">${label}</button>`),
    why: 'several',
  },
});

/** In the place of (3)'s entry. */
export const menuDecoys = decoysOf(method, (body, head) =>
  page(`<h1>${title}</h1>${body}${otherEntries}`, head),
);

/** In the place of (4)'s button. */
export const loginDecoys = decoysOf(cardLogin, login);

/**
 * Pages on which (3) is closed away, as the manual's 「画面が展開する」 allows: what opens it is pointed out, and once
 * that was pressed the control is there. `opener` is what the person presses.
 */
export const accordions: Record<string, { html: string; opener: string }> = {
  details: {
    html: menu(`<details><summary>手続きを開く</summary><a href="#a">${method}</a></details>`),
    opener: 'summary',
  },
  'details within details': {
    html: menu(
      `<details open><summary>開いている</summary><details><summary>手続きを開く</summary><a href="#a">${method}</a></details></details>`,
    ),
    opener: 'details details summary',
  },
  'aria-expanded with aria-controls': {
    html: menu(
      `<button id="o" aria-expanded="false" aria-controls="p">手続きを開く</button><p>説明</p><div id="p" hidden><a href="#a">${method}</a></div>
       <script>o.onclick = () => { o.setAttribute('aria-expanded', 'true'); p.hidden = false; };</script>`,
    ),
    opener: '#o',
  },
  'a tab of another panel': {
    html: menu(
      `<div role="tablist"><button role="tab" aria-selected="true">お知らせ</button><button id="o" role="tab" aria-selected="false" aria-controls="p">手続き</button></div><div id="p" role="tabpanel" style="display:none"><a href="#a">${method}</a></div>
       <script>o.onclick = () => { o.setAttribute('aria-selected', 'true'); p.style.display = 'block'; };</script>`,
    ),
    opener: '#o',
  },
  'a heading, closed by a class': {
    html: page(
      `<h1>${title}</h1><h2 id="o" style="cursor:pointer">手続きを開く</h2><div id="p" class="c"><a href="#a">${method}</a></div>
       <script>o.onclick = () => p.classList.remove('c');</script>`,
      '<style>.c{display:none}</style>',
    ),
    opener: '#o',
  },
  'height that grows slowly': {
    html: page(
      `<h1>${title}</h1><h2><button id="o" aria-expanded="false">手続きを開く</button></h2><div id="p" class="c"><a href="#a">${method}</a></div>
       <script>o.onclick = () => { p.className = 'o'; };</script>`,
      '<style>.c,.o{overflow:hidden;max-height:0;transition:max-height .6s step-end}.o{max-height:200px}</style>',
    ),
    opener: '#o',
  },
  'a box that is ticked, by style alone': {
    html: page(
      `<h1>${title}</h1><input type="checkbox" id="o" hidden><label for="o">手続きを開く</label><div class="p"><a href="#a">${method}</a></div>`,
      '<style>.p{display:none}#o:checked~.p{display:block}</style>',
    ),
    opener: 'label',
  },
};
