import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { deleteReplacedFiles } from './replaced-files.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hpki-navi-replaced-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('deletes what an upgrade has moved aside, and the folder with it', async () => {
  await mkdir(join(folder, 'replaced'));
  await writeFile(join(folder, 'replaced/koffi.node.1.old'), '');
  await writeFile(join(folder, 'koffi.node'), '');
  await deleteReplacedFiles(folder);
  expect(await readdir(folder)).toEqual(['koffi.node']);
});

it('leaves what it does not know, and is content with nothing to do', async () => {
  await deleteReplacedFiles(folder);
  await mkdir(join(folder, 'replaced'));
  await writeFile(join(folder, 'replaced/of the person.txt'), '');
  await deleteReplacedFiles(folder);
  expect(await readdir(join(folder, 'replaced'))).toEqual(['of the person.txt']);
});
