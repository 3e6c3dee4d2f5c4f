import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { catalogueMarkdown } from './catalogue.ts';

/** Writes docs/catalogue.{ja,en}.md; a test says when they are out of date. */
const folder = join(import.meta.dirname, '../../docs');
await mkdir(folder, { recursive: true });
for (const language of ['ja', 'en'] as const) {
  await writeFile(join(folder, `catalogue.${language}.md`), catalogueMarkdown(language));
}
