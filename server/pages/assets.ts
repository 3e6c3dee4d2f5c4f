import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { clientScript } from './bundle.ts';

export interface Asset {
  path: string;
  type: string;
  body: string;
}

export interface Assets {
  script: Asset;
  style: Asset;
  icon: Asset;
}

/** The pages' files; the content is in the name, so they may be kept for ever. */
export async function loadAssets(): Promise<Assets> {
  const [script, style, icon] = await Promise.all([
    clientScript(),
    readFile(join(import.meta.dirname, 'style.css'), 'utf8'),
    readFile(join(import.meta.dirname, 'icon.svg'), 'utf8'),
  ]);
  return {
    script: asset('client', 'js', 'text/javascript; charset=utf-8', script),
    style: asset('style', 'css', 'text/css; charset=utf-8', style),
    icon: asset('icon', 'svg', 'image/svg+xml', icon),
  };
}

function asset(name: string, extension: string, type: string, body: string): Asset {
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 12);
  return { path: `/assets/${name}-${hash}.${extension}`, type, body };
}

export function serveAssets(server: FastifyInstance, assets: Assets): void {
  for (const { path, type, body } of Object.values(assets) as Asset[]) {
    server.get(path, async (_, reply) =>
      reply.type(type).header('cache-control', 'public, max-age=31536000, immutable').send(body),
    );
  }
  server.get('/favicon.ico', async (_, reply) => reply.redirect(assets.icon.path, 301));
}
