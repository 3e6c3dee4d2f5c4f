import { product } from './product.ts';
import type { Component } from './shipped-components.ts';

/**
 * Software bill of materials, CycloneDX 1.6 JSON. Without a serial number and a time stamp, which the standard leaves
 * open: the same input gives the same file.
 */
export function billOfMaterials(components: Component[]): string {
  const known = new Set(components.map(({ name }) => name));
  const reference = (name: string) => `component:${name}`;
  const root = `product:${product.id}`;
  const brought = new Set(components.flatMap(({ dependencies }) => dependencies));
  const document = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': root,
        name: product.id,
        version: product.version,
        publisher: product.publisher,
      },
    },
    components: components.map(({ name, version, licence, integrity }) => ({
      type: name === 'node' ? 'platform' : 'library',
      'bom-ref': reference(name),
      name,
      version,
      // The lock file's licences are single SPDX ids or expressions; an expression may be a single id.
      licenses: [{ expression: licence }],
      hashes: [
        { alg: 'SHA-512', content: Buffer.from(integrity.replace(/^sha512-/, ''), 'base64').toString('hex') },
      ],
      purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    })),
    dependencies: [
      {
        ref: root,
        dependsOn: components.filter(({ name }) => !brought.has(name)).map(({ name }) => reference(name)),
      },
      ...components.map(({ name, dependencies }) => ({
        ref: reference(name),
        dependsOn: dependencies.filter((dependency) => known.has(dependency)).map(reference),
      })),
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
