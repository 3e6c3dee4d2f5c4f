import { readFile } from 'node:fs/promises';
import { product } from './product.ts';
import type { Component } from './shipped-components.ts';

/** The licences of everything of others inside a package, in full: one text file. */
export async function licenceTexts(components: Component[]): Promise<string> {
  const rule = `\n${'='.repeat(78)}\n`;
  const texts = await Promise.all(
    components.map(async ({ name, version, licence, licenceFile }) => {
      const text = (await readFile(licenceFile, 'utf8')).replaceAll('\r\n', '\n').trim();
      return `${name} ${version} (${licence})\n\n${text}\n`;
    }),
  );
  const head = `${product.name.ja} (${product.name.en}) ${product.version}\n\nThis software contains the following components.\n`;
  return [head, ...texts].join(rule);
}
