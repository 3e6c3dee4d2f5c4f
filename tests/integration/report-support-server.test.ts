import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogueMarkdown } from '../../common/report/catalogue.ts';
import { buildSupportPage } from '../../extension/support/build.ts';
import { supportRoutes } from '../../server/support/routes.ts';
import { loadSupportPage, policyOf } from '../../server/support/support-page.ts';

let folder: string;
let server: FastifyInstance;
let built: Awaited<ReturnType<typeof buildSupportPage>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hpki-navi-support-'));
  built = await buildSupportPage();
  const file = join(folder, 'support.html');
  await writeFile(file, built.html);
  server = Fastify();
  supportRoutes(server, () => loadSupportPage(file));
});

afterAll(async () => {
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the support page as one file', () => {
  it('is below 150 kB and needs nothing else', () => {
    expect(Buffer.byteLength(built.html)).toBeLessThan(150_000);
    expect(built.html).not.toMatch(/(?:src|href)=["']?https?:|\bimport\s*\(|@import|url\(/);
    expect(built.html.match(/<script/g)).toHaveLength(1);
  });

  it('runs under a policy that allows its own script and style, and sends nothing', () => {
    const inFile = /content-security-policy" content="([^"]+)"/.exec(built.html)?.[1] ?? '';
    expect(policyOf(built.html)).toBe(
      inFile.replace("form-action 'none'; ", "form-action 'none'; frame-ancestors 'none'; "),
    );
    expect(inFile).not.toMatch(/unsafe|connect-src|img-src|https?:/);
    expect(built.contentSecurityPolicy).toBe(inFile);
  });

  it('is served at /support with that policy', async () => {
    const answer = await server.inject({ url: '/support' });
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toBe(built.html);
    expect(answer.headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(answer.headers['content-security-policy']).toContain("require-trusted-types-for 'script'");
  });
});

describe('the catalogue', () => {
  it.each(['ja', 'en'] as const)('of docs (%s) is what the guide says now', async (language) => {
    const written = await readFile(join(import.meta.dirname, `../../docs/catalogue.${language}.md`), 'utf8');
    expect(written, 'run: node common/report/write-catalogue.ts').toBe(catalogueMarkdown(language));
  });
});
