import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import * as jsqr from 'jsqr';
import { sites } from '../../common/sites.ts';
import { type RunningServer, type ServerOptions, startServer } from '../../server/index.ts';
import { type Issued, makeTestPki, type TestPki } from '../lab/pki/index.ts';
import { temporaryDirectory } from '../lab/temporary-directory.ts';
import { sqliteDatabase, type TestDatabase, type TestDatabases } from './server-database.ts';

export const portalHost = sites.portal.host;
export const cardHost = sites.cardLogin.host;
export const myNumberHost = sites.myNumberLogin.host;
export const operatorHost = sites.operators.host;

/** A registration platform on a database of its own, with the lab's authorities. */
export interface TestServer {
  server: RunningServer;
  pki: TestPki;
  /** Its configuration, for starting another node or the same one again. */
  options: ServerOptions;
  database: TestDatabase;
  directory: string;
  /** Everything logged so far. */
  log(): string;
  /** Moves the server's clock on, or back. */
  advance(milliseconds: number): void;
  /** … to the beginning of a rate limit's window of so many minutes, lest what is counted falls into two of them. */
  beginWindow(minutes: number): void;
  /** A browser on a PC or a phone. */
  visitor(userAgent?: string): Visitor;
  stop(): Promise<void>;
}

/** Read once for a file of tests. */
let labPki: Promise<TestPki> | undefined;

/** The database is an SQLite file unless `databases` says where else it comes from. */
export async function startTestServer(
  changes: Partial<ServerOptions> = {},
  databases?: TestDatabases,
): Promise<TestServer> {
  labPki ??= makeTestPki({ hosts: [portalHost, cardHost, myNumberHost, operatorHost] });
  const pki = await labPki;
  const directory = await temporaryDirectory('server-test-');
  const database = databases
    ? await databases.create(directory.path)
    : sqliteDatabase(join(directory.path, 'registrations.sqlite'));
  let offset = 0;
  let logged = '';
  const options: ServerOptions = {
    portal: identity(pki, portalHost),
    cardLogin: { ...identity(pki, cardHost), authorities: authorities(pki) },
    myNumberLogin: {
      ...identity(pki, myNumberHost),
      authorities: [pki.authorities.jpkiAuthentication.certificate.pem],
    },
    operators: identity(pki, operatorHost),
    database: database.configuration,
    log: 'debug',
    clock: () => Date.now() + offset,
    logTo: new Writable({
      write(chunk, _, done) {
        logged += String(chunk);
        done();
      },
    }),
    ...changes,
  };
  const server = await startServer(options);
  return {
    server,
    pki,
    options,
    database,
    directory: directory.path,
    log: () => logged,
    advance(milliseconds) {
      offset += milliseconds;
    },
    beginWindow(minutes) {
      const window = minutes * 60_000;
      offset += window - ((Date.now() + offset) % window);
    },
    visitor: (userAgent) => new Visitor(server, pki, userAgent),
    async stop() {
      await server.stop();
      await directory.remove();
    },
  };
}

export function identity(pki: TestPki, host: string) {
  const server = pki.servers[host];
  if (!server) throw new Error(`no test certificate for ${host}`);
  return { certificate: server.chain, key: server.key.pem };
}

export function authorities(pki: TestPki): string[] {
  const { root, hpkiAuthentication, medisAuthentication } = pki.authorities;
  return [root, hpkiAuthentication, medisAuthentication].map(({ certificate }) => certificate.pem);
}

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
  location: string | undefined;
}

interface Ask {
  method?: 'GET' | 'POST' | 'HEAD' | 'PUT' | 'DELETE';
  form?: Record<string, string>;
  json?: unknown;
  headers?: Record<string, string>;
  certificate?: Issued | undefined;
}

/** A browser as far as the protocol goes: cookies, origins, redirects, client certificates. No scripts. */
export class Visitor {
  readonly #server: RunningServer;
  readonly #pki: TestPki;
  readonly #userAgent: string;
  cookies = new Map<string, string>();

  constructor(server: RunningServer, pki: TestPki, userAgent = 'Mozilla/5.0 (Windows NT 10.0)') {
    this.#server = server;
    this.#pki = pki;
    this.#userAgent = userAgent;
  }

  /** The same browser, led to another node. */
  at(server: RunningServer): Visitor {
    const same = new Visitor(server, this.#pki, this.#userAgent);
    same.cookies = this.cookies;
    return same;
  }

  /** One request, no redirect followed. `address` is a path of the portal or a whole address. */
  ask(address: string, { method, form, json, headers, certificate }: Ask = {}): Promise<Answer> {
    const url = new URL(address, `https://${portalHost}`);
    // Hosts of pages, with cookies and an origin of their own.
    const pages = url.hostname === portalHost || url.hostname === operatorHost;
    const { ports } = this.#server;
    const port = {
      [portalHost]: ports.portal,
      [cardHost]: ports.cardLogin,
      [myNumberHost]: ports.myNumberLogin,
      [operatorHost]: ports.operators,
    }[url.hostname];
    if (port === undefined) throw new Error(`nobody serves ${url.hostname}`);
    const sent = form
      ? new URLSearchParams(form).toString()
      : json === undefined
        ? undefined
        : JSON.stringify(json);
    const verb = method ?? (sent === undefined ? 'GET' : 'POST');
    const type = form ? 'application/x-www-form-urlencoded' : 'application/json';
    return new Promise((resolve, reject) => {
      const request = httpsRequest(
        {
          host: '127.0.0.1',
          port,
          servername: url.hostname,
          path: url.pathname + url.search,
          method: verb,
          agent: false,
          ca: this.#pki.authorities.tls.certificate.pem,
          ...(certificate ? { cert: certificate.certificate.pem, key: certificate.key.pem } : {}),
          headers: {
            host: url.host,
            'user-agent': this.#userAgent,
            'accept-language': 'ja',
            ...(pages && this.cookies.size > 0
              ? { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') }
              : {}),
            ...(verb === 'GET' ? {} : { origin: `https://${pages ? url.hostname : portalHost}` }),
            ...(sent === undefined ? {} : { 'content-type': type }),
            ...headers,
          },
        },
        (response) => {
          let body = '';
          const binary = response.headers['content-type'] === 'application/pdf';
          response.setEncoding(binary ? 'latin1' : 'utf8');
          response.on('data', (chunk: string) => {
            body += chunk;
          });
          response.on('error', reject);
          response.on('end', () => {
            if (pages) this.#keep(response.headers['set-cookie'] ?? []);
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body,
              location: response.headers.location,
            });
          });
        },
      );
      request.on('error', reject);
      request.end(sent);
    });
  }

  #keep(lines: readonly string[]): void {
    for (const line of lines) {
      const [pair = '', ...attributes] = line.split(/;\s*/);
      const [name = '', value = ''] = pair.split('=');
      const gone = value === '' || attributes.some((attribute) => /^Max-Age=0$/i.test(attribute));
      if (gone) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }

  /** Follows redirects from a request to the page at their end. */
  async follow(address: string, ask: Ask = {}): Promise<Answer & { path: string }> {
    let answer = await this.ask(address, ask);
    let path = address;
    for (let hops = 0; answer.location !== undefined; hops += 1) {
      if (hops > 8) throw new Error(`redirects go round at ${path}`);
      path = new URL(answer.location, new URL(path, `https://${portalHost}`)).href;
      answer = await this.ask(path, { certificate: ask.certificate });
    }
    return { ...answer, path: new URL(path, `https://${portalHost}`).pathname };
  }

  /** Manual (4) to (7): the button, the certificate, the QR code's page. */
  logIn(certificate: Issued | undefined, start = '/hpki-card/start') {
    return this.follow(start, { method: 'POST', form: {}, certificate });
  }
}

/**
 * Reads the QR code in a page, as a camera would: the SVG's strokes are painted and decoded. The strokes are runs of
 * dark modules: `M x y` and `m dx dy` move, `h n` paints.
 */
export function readQrCode(page: string): string {
  const size = Number(/<svg[^>]*viewBox="0 0 (\d+) \d+"/.exec(page)?.[1]);
  const strokes = /<path stroke="[^"]*" d="([^"]*)"/.exec(page)?.[1];
  if (!size || strokes === undefined) throw new Error('the page shows no QR code');
  const scale = 4;
  const width = size * scale;
  const pixels = new Uint8ClampedArray(width * width * 4).fill(255);
  let x = 0;
  let y = 0;
  for (const [, command, first, second] of strokes.matchAll(/([Mmh])\s*(-?[\d.]+)(?:[\s,]+(-?[\d.]+))?/g)) {
    const a = Number(first);
    if (command === 'M') [x, y] = [a, Math.floor(Number(second))];
    else if (command === 'm') [x, y] = [x + a, y + Number(second)];
    else {
      for (let row = y * scale; row < (y + 1) * scale; row += 1) {
        for (let column = x * scale; column < (x + a) * scale; column += 1) {
          pixels.fill(0, (row * width + column) * 4, (row * width + column) * 4 + 3);
        }
      }
      x += a;
    }
  }
  const read = jsqr.default(pixels, width, width)?.data;
  if (read === undefined) throw new Error('the QR code cannot be read');
  return read;
}

/** A person of the lab, with both certificates. */
export function personOf(pki: TestPki, id: keyof TestPki['persons']) {
  const { authentication, signature, username } = pki.persons[id];
  if (!authentication || !signature || username === undefined) throw new Error(`${id} lacks a certificate`);
  return { authentication, signature, username: username.toLowerCase() };
}
