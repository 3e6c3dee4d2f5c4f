import { access } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { billOfMaterials } from './bill-of-materials.ts';
import { licenceTexts } from './licence-texts.ts';
import { type Component, extensionEntries, nodeComponent, reachedComponents } from './shipped-components.ts';

const components: Component[] = [
  {
    name: '@scope/outer',
    version: '1.2.3',
    licence: 'MIT',
    integrity: `sha512-${Buffer.alloc(64, 1).toString('base64')}`,
    dependencies: ['inner'],
    licenceFile: '',
  },
  {
    name: 'inner',
    version: '0.1.0',
    licence: '(BSD-3-Clause OR GPL-2.0)',
    integrity: `sha512-${Buffer.alloc(64, 2).toString('base64')}`,
    dependencies: [],
    licenceFile: '',
  },
];

describe('the bill of materials', () => {
  it('states name, version, licence, checksum and package address of each component', () => {
    const bill = JSON.parse(billOfMaterials(components)) as { components: unknown[] };
    expect(bill.components[0]).toEqual({
      type: 'library',
      'bom-ref': 'component:@scope/outer',
      name: '@scope/outer',
      version: '1.2.3',
      licenses: [{ expression: 'MIT' }],
      hashes: [{ alg: 'SHA-512', content: '01'.repeat(64) }],
      purl: 'pkg:npm/%40scope/outer@1.2.3',
    });
  });

  it('states who brought whom', () => {
    const bill = JSON.parse(billOfMaterials(components)) as { dependencies: unknown[] };
    expect(bill.dependencies).toEqual([
      { ref: 'product:hpki-navi', dependsOn: ['component:@scope/outer'] },
      { ref: 'component:@scope/outer', dependsOn: ['component:inner'] },
      { ref: 'component:inner', dependsOn: [] },
    ]);
  });

  it('is the same for the same input', () => {
    expect(billOfMaterials(components)).toBe(billOfMaterials(structuredClone(components)));
  });
});

describe('what is inside', () => {
  it('is found by following the host’s imports', async () => {
    const names = (await reachedComponents(['native-host/main.ts'])).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['koffi', 'node-forge', 'valibot']));
    // Tools and the other programs' libraries are not.
    for (const absent of ['vite', 'vitest', 'fastify', 'preact', 'resedit', 'pcsclite', 'nan'])
      expect(names).not.toContain(absent);
  });

  it('is found by following the extension’s pages and scripts', async () => {
    const names = (await reachedComponents(await extensionEntries())).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['preact', 'valibot', 'webextension-polyfill']));
    for (const absent of ['koffi', 'vite', 'puppeteer-core']) expect(names).not.toContain(absent);
  });

  it('comes with the text of every licence', async () => {
    const inside = [await nodeComponent(), ...(await reachedComponents(['native-host/main.ts']))];
    for (const { licenceFile } of inside) await access(licenceFile);
    const text = await licenceTexts(inside);
    for (const { name, version, licence } of inside)
      expect(text).toContain(`${name} ${version} (${licence})`);
    expect(text).toContain('Permission is hereby granted');
    expect(text).toContain('Niels Martignène');
  });
});
