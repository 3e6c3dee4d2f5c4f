import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reportSecret, secretFile } from './report-secret.ts';

let home: string;
let file: string;
const offered = 'ab'.repeat(32);

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'hpki-navi-secret-'));
  file = secretFile({ XDG_STATE_HOME: home }, 'linux');
});
afterEach(() => rm(home, { recursive: true, force: true }));

describe("a user's secret for tokens", () => {
  it('is made once, for the user alone', async () => {
    const first = await reportSecret(undefined, file);
    expect(first.secret).toMatch(/^[0-9a-f]{64}$/);
    expect(first.kept).toBe(true);
    expect(await reportSecret(undefined, file)).toEqual(first);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(file))).mode & 0o777).toBe(0o700);
  });

  it('is what an extension had before, where there was none, and stays it', async () => {
    expect(await reportSecret(offered, file)).toEqual({ secret: offered, kept: true });
    expect(await reportSecret('cd'.repeat(32), file)).toEqual({ secret: offered, kept: true });
  });

  it('is one, however many ask for it at once', async () => {
    const all = await Promise.all(Array.from({ length: 12 }, () => reportSecret(undefined, file)));
    expect(new Set(all.map(({ secret }) => secret)).size).toBe(1);
    expect(await readFile(file, 'utf8')).toBe(all[0]?.secret);
    expect(await readdir(dirname(file))).toEqual(['report-secret']);
  });

  it('is made anew where only half of one was written', async () => {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, offered.slice(0, 20));
    const made = await reportSecret(undefined, file);
    expect(made.kept).toBe(true);
    expect(await readFile(file, 'utf8')).toBe(made.secret);
  });

  it('says when it can not be kept', async () => {
    await writeFile(join(home, 'hpki-navi'), 'a file in the way');
    expect(await reportSecret(offered, file)).toEqual({ secret: offered, kept: false });
  });

  it('lies in the folder of this user that does not roam', () => {
    const windows = secretFile({ LOCALAPPDATA: 'C:\\Users\\x\\AppData\\Local' }, 'win32');
    expect(windows).toMatch(/^C:\\Users\\x\\AppData\\Local.hpki-navi.report-secret$/);
  });
});
