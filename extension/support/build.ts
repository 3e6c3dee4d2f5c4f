import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

export interface SupportPageFile {
  html: string;
  /** The policy that stands in the file too, for a server's header. */
  contentSecurityPolicy: string;
}

const repository = fileURLToPath(new URL('../..', import.meta.url));

/**
 * The support page as one HTML file that opens from disk. Its policy lets run exactly the script and the style within,
 * lets nothing be fetched or sent, and forbids making HTML of text.
 */
export async function buildSupportPage(): Promise<SupportPageFile> {
  const outcome = await build({
    root: repository,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact', development: false } },
    build: {
      target: 'chrome116',
      write: false,
      minify: true,
      cssCodeSplit: false,
      lib: {
        entry: resolve(import.meta.dirname, 'main.tsx'),
        formats: ['iife'],
        name: 'support',
        fileName: 'support',
      },
    },
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const output = (Array.isArray(outcome) ? outcome : [outcome]).flatMap((it) =>
    'output' in it ? it.output : [],
  );
  const script = output
    .flatMap((it) => (it.type === 'chunk' ? [it.code] : []))
    .join('')
    .trim();
  const style = output
    .flatMap((it) => (it.type === 'asset' && it.fileName.endsWith('.css') ? [String(it.source)] : []))
    .join('')
    .trim();
  // Within an element a script must not end it.
  if (/<\/(?:script|style)|<!--/i.test(script + style))
    throw new Error('the support page can not be put into one file');
  const contentSecurityPolicy = [
    "default-src 'none'",
    `script-src '${hash(script)}'`,
    `style-src '${hash(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  const html = `<!doctype html>
<html lang="ja">
<head>
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="${contentSecurityPolicy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>HPKI登録ナビ サポート</title>
<style>${style}</style>
</head>
<body><script>${script}</script></body>
</html>
`;
  return { html, contentSecurityPolicy };
}

const hash = (text: string) => `sha256-${createHash('sha256').update(text).digest('base64')}`;

if (import.meta.main) {
  const file = resolve(repository, process.argv[2] ?? 'dist/support/support.html');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, (await buildSupportPage()).html);
  process.stdout.write(`${file}\n`);
}
