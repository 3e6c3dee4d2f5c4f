import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildHost } from '../../native-host/build.ts';
import { type Inspection, inspectionSchema } from '../../native-host/commands/inspect.ts';
import { exitCode } from '../../native-host/exit-codes.ts';
import { type Lab, type ProfileId, startLab } from '../lab/index.ts';
import { extensionOrigin } from './host-client.ts';

let lab: Lab;
let folder: string;
let home: string;
let launcher: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hpki-navi-host-'));
  ({ launcher } = await buildHost({ outDir: join(folder, 'host') }));
  lab = await startLab();
});
afterAll(async () => {
  await lab.stop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  home = await mkdtemp(join(folder, 'home-'));
  await lab.remove();
  lab.resetCounts();
});

function run(parameters: string[], environment: NodeJS.ProcessEnv = {}) {
  const { XDG_CONFIG_HOME: _, XDG_DATA_HOME: __, ...inherited } = process.env;
  const env = { ...inherited, ...lab.environment, HOME: home, LC_ALL: 'C.UTF-8', ...environment };
  return new Promise<{ code: number; out: string; errors: string }>((resolve) => {
    execFile(launcher, parameters, { env }, (error, out, errors) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, errors });
    });
  });
}

async function inspect(environment: NodeJS.ProcessEnv = {}): Promise<Inspection> {
  const { code, out } = await run(['inspect', '--json'], environment);
  const inspection = v.parse(inspectionSchema, JSON.parse(out));
  expect(inspection.exitCode).toBe(code);
  return inspection;
}

describe('inspect --json', () => {
  it.each<[ProfileId, number]>([
    ['pharmacist', exitCode.done],
    ['pharmacist-guideline-layout', exitCode.done],
    ['expired', exitCode.done],
    ['pin-locked', exitCode.done],
    ['signature-only', exitCode.noCertificate],
    ['mynumber', exitCode.noCertificate],
    ['foreign-card', exitCode.noCertificate],
    ['mute', exitCode.unreadableCard],
  ])('with %s ends with %i', async (profile, code) => {
    await lab.insert(profile);
    expect((await inspect()).exitCode).toBe(code);
    expect(lab.counts().pinAttempts).toBe(0);
  });

  it('without a card, a reader or the service says which is missing', async () => {
    expect((await inspect()).exitCode).toBe(exitCode.noCard);
    await lab.unplug();
    expect((await inspect()).exitCode).toBe(exitCode.noReader);
    await lab.plug();
    expect((await inspect({ PCSCLITE_CSOCK_NAME: join(folder, 'nobody') })).exitCode).toBe(
      exitCode.noService,
    );
  });

  it('lists the modules of the NSS database, with those whose file is missing', async () => {
    await mkdir(join(home, '.pki/nssdb'), { recursive: true });
    await writeFile(
      join(home, '.pki/nssdb/pkcs11.txt'),
      `library=\nname=NSS Internal PKCS #11 Module\nNSS=trustOrder=100\n\n` +
        `library=${launcher}\nname=no library\n\nlibrary=/opt/x/libHpkiAuthP11_X.so\nname=HPKI\n`,
    );
    const driver = (await inspect()).observations.find(({ subject }) => subject === 'card-driver');
    expect(driver?.result).toMatchObject({
      facts: {
        modules: expect.arrayContaining([
          expect.objectContaining({ name: 'no library', family: 'unknown', how: 'nss:pkcs11.txt' }),
          expect.objectContaining({ name: 'HPKI', family: 'hpki', present: false }),
        ]),
      },
    });
  });
});

describe('an inspection', () => {
  it.each([
    ['the launcher', true],
    ['the host where the launcher can make no pipes', false],
  ])('has one card process, started by %s, that is gone with it and leaves nothing', async (_, pipes) => {
    await lab.insert('pharmacist');
    const temporary = join(home, 'temporary');
    if (pipes) await mkdir(temporary);
    const log = join(home, 'started');
    const witness = join(home, 'witness.cjs');
    const line = "[process.argv[2], process.pid, process.ppid, '\\n'].join(' ')";
    await writeFile(witness, `require('node:fs').appendFileSync(${JSON.stringify(log)}, ${line})`);
    const environment = { TMPDIR: temporary, NODE_OPTIONS: `--require=${witness}` };
    expect(await run(['inspect', '--json', '--offline'], environment)).toMatchObject({ code: exitCode.done });
    const started = (await readFile(log, 'utf8')).trim().split('\n').sort();
    const [card = [], host = []] = started.map((one) => one.split(' '));
    expect([started.length, card[0], host[0]]).toEqual([2, 'card-process', 'inspect']);
    expect(card[2]).toBe(host[1]);
    await expect
      .poll(() => stat(`/proc/${card[1]}/exe`).catch((error: NodeJS.ErrnoException) => error.code))
      .toBe('ENOENT');
    if (pipes) expect(await readdir(temporary)).toEqual([]);
  });

  it('reads the card all the same when the one of the launcher ends at once', async () => {
    await lab.insert('pharmacist');
    const [ended, witness] = [join(home, 'ended'), join(home, 'witness.cjs')];
    await writeFile(
      witness,
      `if (process.argv[2] === 'card-process') {
        try { require('node:fs').mkdirSync(${JSON.stringify(ended)}); } catch { return; }
        process.exit(1);
      }`,
    );
    const environment = { TMPDIR: home, NODE_OPTIONS: `--require=${witness}` };
    expect(await run(['inspect', '--json', '--offline'], environment)).toMatchObject({ code: exitCode.done });
    expect(await readdir(home)).toContain('ended');
  });
});

describe('inspect --record', () => {
  it('writes a recording that holds no identity and can be replayed, and never over another file', async () => {
    await lab.insert('pharmacist');
    const recording = join(home, 'recording.json');
    const first = await run(['inspect', '--record', recording, '--offline']);
    expect(first).toMatchObject({ code: exitCode.done });
    const text = await readFile(recording, 'utf8');
    for (const identity of ['00100', 'JPATEST', '01513B', home]) expect(text).not.toContain(identity);
    const { recorded, ...inspection } = JSON.parse(text) as { recorded: { from: string } };
    expect(recorded).toEqual({ from: 'field' });
    expect(v.parse(inspectionSchema, inspection).exitCode).toBe(exitCode.done);
    expect(await run(['inspect', '--record', recording, '--offline'])).toMatchObject({
      code: exitCode.internal,
    });
    expect(await readFile(recording, 'utf8')).toBe(text);
  });
});

describe('inspect', () => {
  it('is read by people, in their language', async () => {
    await lab.insert('pharmacist');
    const english = await run(['inspect'], { LC_ALL: 'en_US.UTF-8' });
    expect(english.out).toMatch(/PC\/SC service: running[\s\S]*HPKI authentication[\s\S]*PIN: 15 tries left/);
    const japanese = await run(['inspect'], { LC_ALL: 'ja_JP.UTF-8' });
    expect(japanese.out).toMatch(/動いています[\s\S]*ユーザー名: t00100-jpa[\s\S]*PIN: 残り15回/);
  });
});

describe('install and uninstall', () => {
  const manifests = (browser: string) => join(home, '.config', browser, 'NativeMessagingHosts');
  const file = 'jp.hpki_navi.host.json';

  it('register with the browsers found, again without change, and take it back', async () => {
    await mkdir(join(home, '.config/chromium'), { recursive: true });
    await mkdir(join(home, '.config/microsoft-edge'), { recursive: true });
    const first = await run(['install']);
    expect(first).toMatchObject({ code: exitCode.done, errors: '' });
    expect(first.out).toMatch(
      /Google Chrome: browser not found[\s\S]*Chromium: registered[\s\S]*Edge: registered/,
    );
    for (const browser of ['chromium', 'microsoft-edge']) {
      expect(await readdir(manifests(browser))).toEqual([file]);
      expect(JSON.parse(await readFile(join(manifests(browser), file), 'utf8'))).toMatchObject({
        name: 'jp.hpki_navi.host',
        path: launcher,
        type: 'stdio',
        allowed_origins: [extensionOrigin],
      });
    }
    expect((await run(['install'])).out).toContain('registered already');
    expect((await run(['uninstall'])).out).toContain('registration taken back');
    expect(await readdir(join(home, '.config/chromium'))).toEqual([]);
    expect(await run(['uninstall'])).toMatchObject({ code: exitCode.done });
  });

  it('leave what belongs to others', async () => {
    await mkdir(manifests('chromium'), { recursive: true });
    await writeFile(join(manifests('chromium'), 'other.json'), '{}');
    await run(['install']);
    await run(['uninstall']);
    expect(await readdir(manifests('chromium'))).toEqual(['other.json']);
  });

  it('take every browser with --all, and one user data folder with --directory', async () => {
    await run(['install', '--all']);
    expect(await readdir(manifests('google-chrome'))).toEqual([file]);
    const profile = join(home, 'profile');
    await run(['install', '--directory', profile]);
    expect(await readdir(join(profile, 'NativeMessagingHosts'))).toEqual([file]);
    await run(['uninstall', '--directory', profile]);
    expect(await readdir(profile)).toEqual([]);
  });

  it('repair what is broken, and tell what was found and done', async () => {
    await mkdir(manifests('chromium'), { recursive: true });
    await mkdir(join(home, '.config/google-chrome'), { recursive: true });
    const manifest = join(manifests('chromium'), file);
    const broken: [content: string, said: RegExp][] = [
      ['{', /Chromium: the registration was damaged/],
      [
        JSON.stringify({ path: '/nowhere/host', allowed_origins: [] }),
        /Chromium: the registered program was gone/,
      ],
      [
        JSON.stringify({ path: process.execPath, allowed_origins: [] }),
        /Chromium: a program in another place/,
      ],
      [JSON.stringify({ path: launcher, allowed_origins: [] }), /Chromium: the registration did not allow/],
    ];
    for (const [content, said] of broken) {
      await writeFile(manifest, content);
      const { code, out } = await run(['install', '--repair']);
      expect(code).toBe(exitCode.done);
      expect(out).toMatch(said);
      expect(out).toMatch(/Chromium: registered/);
      expect(JSON.parse(await readFile(manifest, 'utf8'))).toMatchObject({ path: launcher });
    }
    const { out } = await run(['install', '--repair']);
    expect(out).toMatch(/Chromium: the registration was right[\s\S]*registered already[\s\S]*Check again/);
    expect(out).not.toContain('Edge: there was');
  });

  it('say what could not be written', async () => {
    await writeFile(join(home, 'file'), '');
    const { code, out } = await run(['install', '--directory', join(home, 'file')]);
    expect(code).toBe(exitCode.notInstalled);
    expect(out).toContain('failed');
  });
});

describe('the command line', () => {
  it.each([['what'], ['inspect', '--jsom'], ['install', 'chrome']])(
    'refuses %s %s',
    async (...parameters) => {
      const { code, errors } = await run(parameters.filter((one) => one !== undefined));
      expect(code).toBe(exitCode.usage);
      expect(errors).toContain('hpki-navi-host inspect [--json]');
    },
  );

  it('tells its version and how to use it', async () => {
    expect((await run(['version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
    const { out } = await run(['help']);
    expect(out).toContain('Exit codes');
    for (const command of ['inspect', 'report', 'install', 'uninstall']) {
      expect(out).toMatch(new RegExp(`^hpki-navi-host ${command}`, 'm'));
      expect(out).toMatch(new RegExp(`^${command} {2,}`, 'm'));
    }
    expect(await run([])).toMatchObject({ code: exitCode.done });
  });
});
