import { hosts } from './fixture-site.ts';

/**
 * Five pages of one site each: (2), (3), (4), (7) and (13), written in twelve ways. Texts are the manual's, structures
 * nobody's. The way from page to page is the style's own: links, forms, scripts, frames.
 */
export interface WholeStyle {
  /** `host/path` → page; `association` is where (2) begins, `portal` the menu. */
  pages: Record<string, { html: string; body?: Buffer; contentType?: string }>;
}

const method = 'HPKIカードを使ってスマートフォンを登録する';
const others = [
  'マイナンバーカードを使ってスマートフォンを登録する',
  'スマートフォンを変更する',
  'HPKIカードを使ってマイナンバーカードを登録する',
];
const title =
  'HPKIセカンド電子証明書管理・認証プラットフォーム<br>認証用デバイス／マイナンバーカード登録サイト';
const ready = '◆HPKIカードがICカードリーダーにセットされている状態で下のボタンをクリックしてください。◆';
const entry = 'HPKIカードで登録';
const loginUrl = `https://${hosts.cardLogin}/login`;
const pixel = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';

const document = (body: string, head = '') =>
  `<!doctype html><html lang="ja"><head><meta charset="utf-8"><title>登録</title>${head}</head><body>${body}</body></html>`;
const association = (link: string) =>
  document(`<h1>日本薬剤師会認証局</h1><h2>【HPKIカードをお持ちの方】</h2><p>&lt;登録方法1&gt; 初期登録用QRを利用する</p>
    <p>&lt;登録方法2&gt; HPKIカード認証でQRコードを生成する</p><p>下記「デバイス登録サイト」で</p>${link}`);
const plainLink = `<a href="https://${hosts.portal}/">HPKIセカンド電子証明書 認証登録サイト（外部）</a>`;
const qrSvg = '<svg width="200" height="200" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>';
const qrWords = '<h1>QRコード</h1><p>モバイルデバイスのカメラでQRコードを読み取ってください</p>';
const complete = '<h1>登録完了</h1><p>登録が完了しました。ブラウザを閉じてください。</p>';

function style(parts: {
  link?: string;
  menu: string;
  login: string;
  qr?: string;
  done?: string;
  more?: WholeStyle['pages'];
}): WholeStyle {
  return {
    pages: {
      [`${hosts.association}/hpki/`]: { html: association(parts.link ?? plainLink) },
      [`${hosts.portal}/`]: { html: parts.menu },
      [`${hosts.portal}/card`]: { html: parts.login },
      [`${hosts.portal}/qr`]: {
        html:
          parts.qr ?? document(`${qrWords}${qrSvg}<p>有効期限：残り 4分30秒</p><p>本人ID：T00100-jpa</p>`),
      },
      [`${hosts.portal}/done`]: { html: parts.done ?? document(complete) },
      ...parts.more,
    },
  };
}

const login = (control: string, head = '') =>
  document(`<h2>${method}</h2><h3>準備するもの</h3><p>${ready}</p>${control}`, head);
const menuOf = (first: string, rest: (label: string) => string, head = '') =>
  document(`<h1>${title}</h1><h2>このサイトについて</h2>${first}${others.map(rest).join('')}`, head);

const spa = document(`<div id="root"></div><script>
  const root = document.getElementById('root');
  const menu = () => {
    root.innerHTML = '<h1>${title}</h1>' + ${JSON.stringify([method, ...others])}.map((t) => '<div role="button" tabindex="0">' + t + '</div>').join('');
    root.querySelector('[role=button]').onclick = () => setTimeout(card, 250);
  };
  const card = () => {
    history.pushState({}, '', '/card');
    root.innerHTML = '<h2>${method}</h2><p>${ready}</p><div role="button" tabindex="0">${entry}</div>';
    root.querySelector('[role=button]').onclick = () => { location.href = '${loginUrl}'; };
  };
  setTimeout(menu, 300);
</script>`);

const shiftJis = (html: string, encode: (text: string) => Buffer) => ({
  html: '',
  body: encode(html.replace('<meta charset="utf-8">', '')),
  contentType: 'text/html; charset=Shift_JIS',
});

/** @param encode to Shift_JIS */
export function wholeStyles(encode: (text: string) => Buffer): Record<string, WholeStyle> {
  const tableMenu = document(`<table border="0"><tr><td colspan="2"><font size="5">${title}</font></td></tr>
    <tr><td>・</td><td><a href="/card"><font><b>HPKIカードを使って<br>スマートフォンを登録する</b></font></a></td></tr>
    ${others.map((label) => `<tr><td>・</td><td><a href="/x">${label}</a></td></tr>`).join('')}</table>`);
  const tableLogin = document(`<table><tr><td><b>${method}</b></td></tr><tr><td>${ready}</td></tr>
    <tr><td align="center"><a href="${loginUrl}"><b>HPKIカードで<br>登録</b></a></td></tr></table>`);
  return {
    'plain links': style({
      menu: menuOf(`<p>→ <a href="/card">${method}</a></p>`, (label) => `<p>→ <a href="/x">${label}</a></p>`),
      login: login(`<a href="${loginUrl}">${entry}</a>`),
    }),
    'a login page like Keycloak’s': style({
      menu: menuOf(
        `<form action="/card"><input type="submit" value="${method}"></form>`,
        (label) => `<form action="/x"><input type="submit" value="${label}"></form>`,
        '<style>#kc-page{max-width:500px}</style>',
      ),
      login: login(
        `<div id="kc-form"><form id="kc-form-login" action="${loginUrl}"><input id="kc-login" type="submit" name="login" value="${entry}"></form></div>`,
      ),
    }),
    'table layout of the 2000s': style({
      menu: tableMenu,
      login: tableLogin,
      qr: document(
        `<table><tr><td>${qrWords}</td></tr><tr><td><img width="180" height="180" src="${pixel}" alt="QRコード"></td></tr><tr><td>有効期限 残り 5分00秒</td></tr></table>`,
      ),
    }),
    'single-page application': style({ menu: spa, login: spa }),
    'frames of the same host': style({
      menu: document('<iframe src="/menu" width="800" height="500"></iframe>'),
      login: login(`<a href="${loginUrl}" target="_top">${entry}</a>`),
      more: {
        [`${hosts.portal}/menu`]: {
          html: menuOf(`<p><a href="/card">${method}</a></p>`, (label) => `<p>${label}</p>`),
        },
      },
    }),
    Shift_JIS: style({
      menu: '',
      login: '',
      more: {
        [`${hosts.portal}/`]: shiftJis(tableMenu, encode),
        [`${hosts.portal}/card`]: shiftJis(tableLogin, encode),
      },
    }),
    'image buttons': style({
      link: `<a href="https://${hosts.portal}/"><img src="${pixel}" width="240" height="60" alt="HPKIセカンド電子証明書 認証登録サイト（外部）"></a>`,
      menu: menuOf(
        `<form action="/card"><input type="image" src="${pixel}" width="360" height="44" alt="${method}"></form>`,
        (label) => `<a href="/x"><img src="${pixel}" width="360" height="44" alt="${label}"></a>`,
      ),
      login: login(`<a href="${loginUrl}"><img src="${pixel}" width="240" height="60" alt="${entry}"></a>`),
    }),
    'web components': style({
      menu: menuOf(
        `<x-entry><template shadowrootmode="open"><button onclick="location.href='/card'">${method}</button></template></x-entry>`,
        (label) => `<x-entry><template shadowrootmode="open"><button>${label}</button></template></x-entry>`,
      ),
      login: login(
        `<x-go><template shadowrootmode="open"><a href="${loginUrl}">${entry}</a></template></x-go>`,
      ),
    }),
    'accordion that opens': style({
      menu: document(`<h1>${title}</h1><button onclick="document.getElementById('p').hidden=false">▶ ${method}</button>
        <section id="p" hidden><h2>準備するもの</h2><p>${ready}</p><a href="${loginUrl}">${entry}</a></section>
        ${others.map((label) => `<button>▶ ${label}</button>`).join('')}`),
      login: login(`<a href="${loginUrl}">${entry}</a>`),
    }),
    'furigana and other widths': style({
      menu: menuOf(
        '<button onclick="location.href=\'/card\'">ＨＰＫＩカードを<ruby>使<rt>つか</rt></ruby>ってｽﾏｰﾄﾌｫﾝを<ruby>登録<rt>とうろく</rt></ruby>する</button>',
        (label) => `<button>${label}</button>`,
      ),
      login: login(
        `<button onclick="location.href='${loginUrl}'">ＨＰＫＩカードで<ruby>登録<rt>とうろく</rt></ruby></button>`,
      ),
    }),
    'divs with handlers': style({
      menu: menuOf(
        `<div class="go" style="cursor:pointer" id="go">${method}</div><script>document.getElementById('go').addEventListener('click', () => { location.href = '/card'; });</script>`,
        (label) => `<div style="cursor:pointer">${label}</div>`,
      ),
      login: login(
        `<div style="cursor:pointer" id="go">${entry}</div><script>document.getElementById('go').addEventListener('click', () => { location.href = '${loginUrl}'; });</script>`,
      ),
    }),
    'long pages': style({
      link: `<div style="height:2500px"></div>${plainLink}`,
      menu: menuOf(
        `<div style="height:2500px"></div><p><a href="/card">${method}</a></p>`,
        (label) => `<p>${label}</p>`,
      ),
      login: login(`<div style="height:2500px"></div><a href="${loginUrl}">${entry}</a>`),
    }),
  };
}
