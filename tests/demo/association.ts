import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';

/**
 * Stands in for the association's second-certificate page of manual (2): its headings and link texts, nothing else
 * of it. Says that it is a stand-in.
 */
export interface AssociationSite {
  port: number;
  stop(): Promise<void>;
}

export async function startAssociationSite(options: {
  key: string;
  certificate: string;
  /** Where 「認証登録サイト（外部）」 leads. */
  registrationSite: string;
}): Promise<AssociationSite> {
  const server = createServer({ key: options.key, cert: options.certificate }, (request, response) => {
    const found =
      request.method === 'GET' && new URL(request.url ?? '/', 'https://host').pathname === '/hpki/';
    response.writeHead(found ? 200 : 404, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    });
    response.end(found ? page(options.registrationSite) : '<!doctype html><title>404</title>');
  });
  await listen(server);
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
}

function page(registrationSite: string): string {
  return `<!doctype html>
<html lang="ja">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>日本薬剤師会認証局（デモ用の代わりのページ）</title>
<style>
  body { font: 16px/1.7 sans-serif; max-width: 48rem; margin: 1rem auto; padding: 0 1rem; color: #222; background: #fff; }
  .demo { background: #fff3cd; padding: .5rem 1rem; }
  nav a { margin-right: 1rem; }
  .link { display: inline-block; padding: .6rem 1.2rem; border: 1px solid #2a6; border-radius: .3rem; }
</style>
<p class="demo">これはデモ用の代わりのページです。日本薬剤師会のサイトではありません。</p>
<p>公益社団法人 日本薬剤師会</p>
<h1>日本薬剤師会認証局</h1>
<nav><a href="#apply">薬剤師資格証を申請する</a><a href="#about">薬剤師資格証とは</a><a href="#second">セカンド電子証明書</a></nav>
<h2 id="second">【HPKIカードをお持ちの方】<br>スマートフォンの登録、マイナンバーカードの登録について</h2>
<h3>&lt;登録方法1&gt; 初期登録用QRを利用する</h3>
<p>紙のカード「HPKIセカンド電子証明書 初期登録用QR」に印刷されたQRコードをスマートフォンのカメラで読み取ります。</p>
<h3>&lt;登録方法2&gt; HPKIカード認証でQRコードを生成する</h3>
<p>下記「デバイス登録サイト」でHPKIカードを使って本人認証を行い、スマートフォン等を登録するためのQRコードを自身で生成します。</p>
<p><a class="link" href="${registrationSite}">HPKIセカンド電子証明書<br>認証登録サイト（外部）</a></p>
<p>※この作業はPCで行ってください。</p>
</html>`;
}
