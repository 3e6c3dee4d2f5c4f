import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import ids from '../../common/ids.json' with { type: 'json' };
import { permittedHosts } from '../../common/sites.ts';
import { buildExtension, builtSize } from '../../extension/build.ts';

// What is loaded and shipped, as the bundler left it: asserted on the result, not on the source.

let folder: string;
let manifest: Record<string, unknown>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hpki-navi-build-'));
  await buildExtension({ outDir: folder, mode: 'development' });
  manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const origins = permittedHosts.map((host) => `https://*.${host}/*`);

describe('the final manifest', () => {
  it('may see the registration hosts and the association, and nothing else', () => {
    expect(manifest['host_permissions']).toEqual(origins);
    expect(manifest).not.toHaveProperty('optional_host_permissions');
    const scripts = manifest['content_scripts'] as {
      matches: string[];
      all_frames: boolean;
      world?: string;
    }[];
    expect(scripts.map(({ matches }) => matches)).toEqual([origins]);
    expect(scripts[0]).toMatchObject({ all_frames: true });
    expect(scripts[0]).not.toHaveProperty('world');
  });

  it('asks for no more than it needs', () => {
    expect(manifest['permissions']).toEqual(['nativeMessaging', 'sidePanel', 'storage', 'webNavigation']);
    expect(manifest).not.toHaveProperty('optional_permissions');
    expect(manifest).not.toHaveProperty('externally_connectable');
    expect(manifest['incognito']).toBe('not_allowed');
    expect(Number(manifest['minimum_chrome_version'])).toBeGreaterThanOrEqual(116);
  });

  it('shows nothing of the extension to any page', () => {
    expect(manifest).not.toHaveProperty('web_accessible_resources');
  });

  it('runs no code from elsewhere', () => {
    const { extension_pages: policy } = manifest['content_security_policy'] as { extension_pages: string };
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/unsafe|data:|http:|\*(?!\.2nds\.medis\.or\.jp)/);
  });

  it('has the development id by its key', async () => {
    const { createHash } = await import('node:crypto');
    const digest = createHash('sha256')
      .update(Buffer.from(String(manifest['key']), 'base64'))
      .digest('hex');
    const id = [...digest.slice(0, 32)]
      .map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 16)))
      .join('');
    expect(id).toBe(ids.extension.development);
  });
});

describe('the built files', () => {
  it('hold a content script that is one plain script of at most 20 kB compressed', async () => {
    const [script] = (manifest['content_scripts'] as { js: string[] }[]).flatMap(({ js }) => js);
    const code = await readFile(join(folder, String(script)), 'utf8');
    expect(code).not.toMatch(/\bimport\s*[({*'"]/);
    expect(code).not.toMatch(/\bexport\s/);
    expect(gzipSync(code).length).toBeLessThanOrEqual(20_000);
  });

  it('name no file of the machine that built them', async () => {
    const files = await readdir(folder, { recursive: true });
    for (const file of files.filter((name) => name.endsWith('.js'))) {
      expect(await readFile(join(folder, file), 'utf8'), file).not.toContain(
        resolve(import.meta.dirname, '../..'),
      );
    }
  });

  it('are at most 400 kB together', async () => {
    expect(await builtSize(folder)).toBeLessThanOrEqual(400_000);
  });

  it('name no address to load code or styles from', async () => {
    const files = (await readdir(folder, { recursive: true })).filter((name) =>
      /\.(?:js|html|css)$/.test(name),
    );
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) {
      const text = await readFile(join(folder, file), 'utf8');
      expect(text, file).not.toMatch(
        /(?:src|href)=["']?https?:|import\(["']https?:|@import|eval\(|new Function\(/,
      );
    }
  });

  it('have every icon and both languages', async () => {
    const icons = Object.values(manifest['icons'] as Record<string, string>);
    for (const file of [...icons, '_locales/ja/messages.json', '_locales/en/messages.json']) {
      expect((await readFile(join(folder, file))).length).toBeGreaterThan(100);
    }
  });
});

describe('a release', () => {
  it('is refused without store ids', async () => {
    const storeIds = { chrome: 'a'.repeat(32), edge: null };
    await expect(buildExtension({ outDir: folder, mode: 'release', storeIds })).rejects.toMatchObject({
      code: 'store-ids-missing',
    });
  });

  it('carries no key, given the ids, and the pages for support', async () => {
    const outDir = await mkdtemp(join(tmpdir(), 'hpki-navi-release-'));
    try {
      const storeIds = { chrome: 'a'.repeat(32), edge: 'b'.repeat(32) };
      await buildExtension({ outDir, mode: 'release', storeIds });
      const released = JSON.parse(await readFile(join(outDir, 'manifest.json'), 'utf8'));
      expect(released).not.toHaveProperty('key');
      expect(released.host_permissions).toEqual(origins);
      for (const page of ['report', 'support']) {
        const html = await readFile(join(outDir, `extension/${page}/index.html`), 'utf8');
        const [, script = ''] = /<script[^>]+src="\/([^"]+)"/.exec(html) ?? [];
        expect((await readFile(join(outDir, script), 'utf8')).length, page).toBeGreaterThan(1000);
      }
    } finally {
      await rm(outDir, { recursive: true, force: true });
    }
  });
});
