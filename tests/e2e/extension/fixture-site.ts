import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TestPki } from '../../lab/pki/index.ts';

export const hosts = {
  association: 'www.nichiyaku.or.jp',
  portal: '2nds.medis.or.jp',
  cardLogin: 'mahpki-auth.2nds.medis.or.jp',
} as const;

export interface FixtureSite {
  /** Host → port on this machine. */
  ports: Record<string, number>;
  /** `portal/` → the page shown there, by host and path. May be changed at any time. */
  pages: Map<string, FixturePage>;
  /** What was asked for, `host/path`. */
  visited: string[];
  stop(): Promise<void>;
}

export interface FixturePage {
  html: string;
  status?: number;
  contentType?: string;
  /** The connection ends without an answer. */
  breaksOff?: boolean;
  /** Octets in place of `html`, for pages in other character sets. */
  body?: Buffer;
}

/** Pages under the journey's real host names, made from the manual's texts alone; the card login insists on a certificate. */
export async function startFixtureSite(
  pki: TestPki,
  options: { insist?: boolean; more?: string[] } = {},
): Promise<FixtureSite> {
  const pages = new Map<string, FixturePage>();
  const visited: string[] = [];
  const start = async (host: string, tls: ServerOptions) => {
    const identity = pki.servers[host];
    if (!identity) throw new Error(`no test certificate for ${host}`);
    const server = createServer(
      { key: identity.key.pem, cert: identity.chain, ...tls },
      (request, response) => {
        const { pathname } = new URL(request.url ?? '/', `https://${host}`);
        if (request.method === 'GET') visited.push(`${host}${pathname}`);
        const page = pages.get(`${host}${pathname}`);
        if (page?.breaksOff) return void response.destroy();
        response.writeHead(page?.status ?? (page ? 200 : 404), {
          'content-type': page?.contentType ?? 'text/html; charset=utf-8',
          'cache-control': 'no-store',
        });
        response.end(page?.body ?? page?.html ?? '<!doctype html><title>404</title>');
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { server, port: (server.address() as AddressInfo).port };
  };
  const clients = { requestCert: true, rejectUnauthorized: options.insist ?? true };
  const running = {
    [hosts.association]: await start(hosts.association, {}),
    [hosts.portal]: await start(hosts.portal, {}),
    [hosts.cardLogin]: await start(hosts.cardLogin, {
      ...clients,
      // TLS 1.2 lets the alert reach the browser before the close more often; both ends are handled.
      maxVersion: 'TLSv1.2',
      ca: [pki.authorities.hpkiAuthentication.certificate.pem],
    }),
  };
  const entries = Object.entries(running);
  for (const host of options.more ?? []) entries.push([host, await start(host, {})]);
  return {
    pages,
    visited,
    ports: Object.fromEntries(entries.map(([host, { port }]) => [host, port])),
    async stop() {
      for (const { server } of entries.map(([, it]) => it)) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

const document = (title: string, body: string) =>
  `<!doctype html><html lang="ja"><meta charset="utf-8"><title>${title}</title><body>${body}</body></html>`;

/** Manual (2). */
export const associationPage = document(
  '日本薬剤師会認証局',
  `<h1>日本薬剤師会 認証局</h1><h2>【HPKIカードをお持ちの方】</h2>
   <p>&lt;登録方法1&gt; 初期登録用QRを利用する</p>
   <p>&lt;登録方法2&gt; HPKIカード認証でQRコードを生成する</p>
   <p>下記「デバイス登録サイト」でHPKIカードを使って本認証を行うことで、QRコードを自身で生成できます。</p>
   <p><a href="https://${hosts.portal}/" target="_blank">HPKIセカンド電子証明書<br>認証登録サイト（外部）</a></p>`,
);

/** Manual (2): the certification authority's front page, whose menu leads to the page above. */
export const frontPage = document(
  '日本薬剤師会認証局',
  `<h1>日本薬剤師会認証局</h1><nav><ul><li><a href="/about">薬剤師資格証とは</a></li>
   <li><a href="/hpki/second.html">セカンド電子証明書</a></li><li><a href="/status">申請状況照会</a></li>
   <li><a href="/forms">各種お手続き</a></li></ul></nav><p>薬剤師資格証の発行を通じ、医療ICT化の推進を目指します。</p>`,
);

/** Manual (3) and (4) in one page, as 「画面が展開する」 says. */
export function portalPage(target = `https://${hosts.cardLogin}/login`): string {
  return document(
    'HPKIセカンド電子証明書管理・認証プラットフォーム',
    `<h1>認証用デバイス／マイナンバーカード登録サイト</h1><h2>このサイトについて</h2>
     <ul>
       <li><button type="button" id="m">→ HPKIカードを使ってスマートフォンを登録する</button></li>
       <li><button type="button">マイナンバーカードを使ってスマートフォンを登録する</button></li>
       <li><button type="button">スマートフォンを変更する</button></li>
       <li><button type="button">HPKIカードを使ってマイナンバーカードを登録する</button></li>
     </ul>
     <section id="s" hidden><h2>HPKIカードを使ってスマートフォンを登録する</h2><h3>準備するもの</h3>
       <p>◆HPKIカードがICカードリーダーにセットされている状態で下のボタンをクリックしてください。◆</p>
       <a href="${target}">HPKIカードで登録</a></section>
     <script>document.getElementById('m').onclick = () => { document.getElementById('s').hidden = false; };</script>`,
  );
}

/** Manual (7). */
export function qrPage(options: { username?: string; expiry?: string } = {}): string {
  const { username = 'T00100-jpa', expiry = '残り 4分30秒' } = options;
  return document(
    'QRコード',
    `<h1>QRコードの読み取り</h1><p>モバイルデバイスのカメラでQRコードを読み取ってください。</p>
     <p>本人ID：${username}</p>
     <svg width="200" height="200" viewBox="0 0 10 10"><rect width="10" height="10" fill="#fff"/><rect width="4" height="4"/></svg>
     <p>QRコードの有効期限：${expiry}</p>`,
  );
}

/** What a platform's PC page says when the phone has reported why, in the words of error guide 2. */
export const phoneFailedPage = document(
  '登録の状況',
  `<h1>スマートフォンで登録できませんでした</h1><p>「セキュリティキーの登録結果が無効です。」</p>
   <p>iCloudキーチェーンが有効になっていない。</p>`,
);

/** Manual (13). */
export const completePage = document(
  '完了画面',
  '<h1>登録完了</h1><p>登録が完了しました。ブラウザを閉じてください。</p>',
);
