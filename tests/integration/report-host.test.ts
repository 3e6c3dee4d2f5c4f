import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import ids from '../../common/ids.json' with { type: 'json' };
import { readReport } from '../../common/report/read.ts';
import { placeIn } from '../../native-host/install/browsers.ts';
import { hostManifest, manifestFile } from '../../native-host/install/manifest.ts';
import { lookAtRegistrations } from '../../native-host/install/registrations.ts';
import { findSecret } from './report-secrets.ts';

// `hpki-navi-host report`, as a person runs it when the extension is missing or can't reach the host.

const run = promisify(execFile);
const user = 'h.yakushiji';
let home: string;

beforeEach(async () => {
  home = join(await mkdtemp(join(tmpdir(), 'hpki-navi-report-')), user);
  await mkdir(join(home, '.config'), { recursive: true });
});
afterEach(() => rm(join(home, '..'), { recursive: true, force: true }));

async function browserProfile(
  name: string,
  manifest: object | string | null,
  extension: boolean,
): Promise<string> {
  const profile = join(home, '.config', name);
  await mkdir(join(profile, 'Default', 'Extensions'), { recursive: true });
  if (extension) await mkdir(join(profile, 'Default', 'Extensions', ids.extension.development));
  if (manifest !== null) {
    await mkdir(join(profile, 'NativeMessagingHosts'));
    const text = typeof manifest === 'string' ? manifest : JSON.stringify(manifest);
    await writeFile(join(profile, 'NativeMessagingHosts', manifestFile), text);
  }
  return profile;
}

describe('registrations', () => {
  it.each([
    ['right', () => hostManifest(process.execPath)],
    ['launcher-gone', () => hostManifest('/nowhere/hpki-navi-host')],
    ['other-ids', () => ({ ...hostManifest(process.execPath), allowed_origins: ['chrome-extension://x/'] })],
    ['unreadable', () => '{'],
    ['absent', () => null],
  ])('are %s', async (manifest, make) => {
    const profile = await browserProfile('chromium', make(), manifest === 'right');
    const [found] = await lookAtRegistrations([placeIn('Chromium', profile)], 'files');
    expect(found).toEqual({
      browser: 'Chromium',
      manifest,
      extension: manifest === 'right' ? 'found' : 'not-found',
    });
  });

  it('leave out browsers that were never started', async () => {
    expect(await lookAtRegistrations([placeIn('Chromium', join(home, 'nowhere'))], 'files')).toEqual([]);
  });
});

describe('hpki-navi-host report', () => {
  const report = async (...more: string[]) =>
    run(process.execPath, [join(import.meta.dirname, '../../native-host/main.ts'), 'report', ...more], {
      env: { HOME: home, LANG: 'ja_JP.UTF-8', PCSCLITE_CSOCK_NAME: join(home, 'no-pcscd.sock') },
    });

  it('names the missing extension, and nothing of the user', async () => {
    await browserProfile('chromium', hostManifest(process.execPath), false);
    const { stdout } = await report('--json');
    const read = readReport(stdout);
    if (read.outcome !== 'report') throw new Error(read.outcome);
    expect(read.report.made.by).toBe('host');
    expect(read.report.cause).toBe('extension.not-found');
    expect(read.report.checks?.map(({ check }) => check)).not.toContain('site');
    expect(findSecret(stdout, user)).toEqual([]);
    expect(findSecret(stdout, home)).toEqual([]);
  });

  it('is the same person on the same PC the next time, and reads as text', async () => {
    await browserProfile('chromium', null, true);
    const first = readReport((await report('--json')).stdout);
    const { stdout } = await report();
    const second = readReport(stdout);
    if (first.outcome !== 'report' || second.outcome !== 'report') throw new Error('not read');
    expect(second.report.installation).toBe(first.report.installation);
    expect([first.report.tokens, second.report.tokens]).toEqual(['host', 'host']);
    expect(stdout.split('\n')[2]).toBe('原因: PCを確認するプログラムがインストールされていません。');
    const secret = join(home, '.local/state/hpki-navi/report-secret');
    expect((await stat(secret)).mode & 0o777).toBe(0o600);
    expect(stdout).not.toContain(await readFile(secret, 'utf8'));
  });
});
