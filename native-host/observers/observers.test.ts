import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { linuxBrowserSessionObserver } from './browser-session-linux.ts';
import { linuxCardDriverObserver } from './card-driver-linux.ts';
import { linuxCardHoldersObserver } from './card-holders-linux.ts';
import { nssCertificateStoreObserver } from './certificate-store-nss.ts';
import { driverFamily } from './driver-family.ts';
import { parseModuleList } from './nss-databases.ts';
import { observeOnce } from './observe-once.ts';
import { pcscdStartType } from './pcscd-start-type.ts';
import { filePoliciesObserver } from './policies-files.ts';
import type { Observer } from './port.ts';
import { linuxRemoteSession } from './remote-session-linux.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'hpki-navi-root-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function file(path: string, content: string | Uint8Array = ''): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
}

describe('observeOnce', () => {
  const observer = (observe: Observer<'card-driver'>['observe']): Observer<'card-driver'> => ({
    subject: 'card-driver',
    deadlineMs: 5,
    how: 'fake',
    observe,
  });

  it('gives facts with their time and source', async () => {
    const seen = await observeOnce(observer(async () => ({ outcome: 'observed', facts: { modules: [] } })));
    expect(seen).toMatchObject({ subject: 'card-driver', how: 'fake', result: { outcome: 'observed' } });
    expect(new Date(seen.at).toISOString()).toBe(seen.at);
  });

  it('is unknown with the reason when it hangs, fails, or may not look', async () => {
    const reason = async (observe: Observer<'card-driver'>['observe']) =>
      (await observeOnce(observer(observe))).result;
    expect(await reason(() => new Promise(() => undefined))).toMatchObject({ reason: 'timeout' });
    expect(await reason(async () => Promise.reject(new Error('broken')))).toMatchObject({ reason: 'failed' });
    const denied = Object.assign(new Error('denied'), { code: 'EACCES' });
    expect(await reason(() => Promise.reject(denied))).toMatchObject({ reason: 'no-permission' });
  });
});

describe('programs that may hold a card', () => {
  /** As proc(5) shows a process. */
  async function processWith(id: number, { command, program, maps }: Record<string, string>): Promise<void> {
    await file(`${id}/cmdline`, command?.replaceAll(' ', '\0') ?? '');
    await file(`${id}/maps`, `7f00 r-xp /usr/lib/libc.so.6\n7f10 r-xp ${maps}\n`);
    await symlink(`/opt/${program}`, join(root, `${id}/exe`));
  }

  it('are those with the PC/SC library in their memory, by their file names, without the host’s own process', async () => {
    const maps = '/usr/lib/x86_64-linux-gnu/libpcsclite.so.1.0.0';
    await processWith(10, { command: '/opt/rececom --service', program: 'rececom', maps });
    await processWith(11, { command: '/opt/rececom', program: 'rececom (deleted)', maps });
    await processWith(12, { command: 'node main.cjs card-process', program: 'node', maps });
    await processWith(13, { command: '/opt/editor', program: 'editor', maps: '/usr/lib/libz.so.1' });
    await file('uptime', '1.0');
    expect(await linuxCardHoldersObserver({ proc: root }).observe()).toEqual({
      outcome: 'observed',
      facts: { candidates: [{ name: 'rececom', processes: 2 }], unseen: 0 },
    });
  });
});

describe('card drivers', () => {
  it.each([
    ['C:\\Windows\\System32\\HpkiAuthP11_MPKCS11H.dll', 'hpki'],
    ['/usr/lib/libHpkiSigP11.so', 'hpki'],
    ['/usr/local/lib/JPKIPKCS11Auth.dylib', 'jpki'],
    ['/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so', 'stand-in'],
    ['p11-kit-trust.so', 'unknown'],
  ])('%s is of the family %s', (path, family) => {
    expect(driverFamily(path)).toBe(family);
  });

  it('are read from pkcs11.txt without the module of NSS itself', () => {
    const text =
      'library=\nname=NSS Internal PKCS #11 Module\nparameters=configdir=x\n\n\nlibrary=/a/b.so\nname=B\nNSS=x\n\nlibrary=/c.so\n';
    expect(parseModuleList(text)).toEqual([
      { library: '/a/b.so', name: 'B' },
      { library: '/c.so', name: 'c.so' },
    ]);
    expect(parseModuleList('')).toEqual([]);
  });

  it('are told with place, word size and whether the file is there', async () => {
    const elf = (wordClass: number) => Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, wordClass, 0, 0);
    await file(
      'home/.pki/nssdb/pkcs11.txt',
      'library=/opt/libHpkiAuthP11.so\nname=HPKI\n\nlibrary=/opt/gone.so\nname=G\n',
    );
    await file('home/.local/share/pki/nssdb/pkcs11.txt', 'library=/opt/old.so\nname=Old\n');
    await file('opt/libHpkiAuthP11.so', elf(2));
    await file('opt/old.so', elf(1));
    await file('usr/share/p11-kit/modules/opensc.module', '# x\nmodule: opensc-pkcs11.so\n');
    await file('usr/lib/x86_64-linux-gnu/pkcs11/opensc-pkcs11.so', elf(2));
    const observer = linuxCardDriverObserver({
      home: join(root, 'home'),
      root,
      environment: {},
    });
    const { result } = await observeOnce(observer);
    expect(result.outcome === 'observed' && result.facts.modules).toMatchObject([
      { name: 'HPKI', family: 'hpki', bits: 64, how: 'nss:pkcs11.txt', present: true },
      { name: 'G', path: '/opt/gone.so', present: false },
      { name: 'Old', bits: 32, present: true },
      { name: 'opensc', family: 'stand-in', bits: 64, how: 'p11-kit', present: true },
    ]);
  });
});

describe('files that are there and can not be read', () => {
  it.each<[path: string, observe: () => Promise<unknown>]>([
    ['home/.pki/nssdb/pkcs11.txt', () => linuxCardDriverObserver(place()).observe()],
    ['home/.config/pkcs11/modules/a.module', () => linuxCardDriverObserver(place()).observe()],
    ['home/.pki/nssdb/pkcs11.txt', () => nssCertificateStoreObserver(place()).observe()],
    ['home/.pki/nssdb/cert9.db', () => nssCertificateStoreObserver(place()).observe()],
    ['etc/opt/chrome/policies/managed/a.json', () => filePoliciesObserver({ root }).observe()],
  ])('make %s no empty finding', async (path, observe) => {
    await expect(observe()).resolves.toMatchObject({ outcome: 'observed' });
    await mkdir(join(root, path), { recursive: true }); // a folder: as unreadable to root as to anyone
    await expect(observe()).rejects.toThrow();
  });

  it('make a driver no missing one', async () => {
    await file('home/.pki/nssdb/pkcs11.txt', 'library=/opt/libHpkiAuthP11.so\nname=HPKI\n');
    const seen = () => linuxCardDriverObserver(place()).observe();
    await expect(seen()).resolves.toMatchObject({ facts: { modules: [{ present: false }] } });
    await mkdir(join(root, 'opt'));
    await symlink('libHpkiAuthP11.so', join(root, 'opt/libHpkiAuthP11.so')); // to itself: opened by nobody
    await expect(seen()).rejects.toMatchObject({ code: 'ELOOP' });
  });

  const place = () => ({ home: join(root, 'home'), root, environment: {} });
});

describe('a desktop on Linux', () => {
  const remote = (environment: NodeJS.ProcessEnv) => linuxRemoteSession({ environment, root });

  it.each(['XRDP_SESSION', 'SSH_CONNECTION', 'VNCDESKTOP', 'CHROME_REMOTE_DESKTOP_SESSION'])(
    'is shown elsewhere by %s',
    async (name) => {
      expect(await remote({ [name]: '1' })).toEqual({ remoteDesktop: true, remoteBy: name });
    },
  );

  it('is remote or not as logind noted, and unknown where it noted nothing or may not be asked', async () => {
    await file('run/systemd/sessions/3', 'UID=1000\nREMOTE=1\nTYPE=x11\n');
    await file('run/systemd/sessions/4', 'UID=1000\nREMOTE=0\nTYPE=wayland\n');
    await file('run/systemd/sessions/5', 'UID=1000\n');
    await mkdir(join(root, 'run/systemd/sessions/6'));
    const of = (id: string) => remote({ XDG_SESSION_ID: id });
    expect(await of('3')).toEqual({ remoteDesktop: true, remoteBy: 'logind' });
    expect(await of('4')).toEqual({ remoteDesktop: false, remoteBy: 'logind' });
    expect(await of('5')).toEqual({ remoteUnknown: 'not-found' });
    expect(await of('6')).toEqual({ remoteUnknown: 'failed' });
    expect(await of('7')).toEqual({ remoteUnknown: 'not-found' });
    expect(await remote({})).toEqual({ remoteUnknown: 'not-found' });
  });
});

describe('the browser session', () => {
  const stat = (name: string, ticks: number) =>
    `77 (${name}) S 1 77 77 0 -1 4194560 1 0 0 0 1 2 0 0 20 0 1 0 ${ticks} 1000 100 18446744073709551615`;

  it('starts when the parent process did', async () => {
    await file('proc/stat', 'cpu  1 2 3\nbtime 1795000000\nprocesses 9\n');
    await file('proc/77/stat', stat('chrome (x) y', 12_345));
    await symlink('/opt/google/chrome/chrome', join(root, 'proc/77/exe'));
    const observer = linuxBrowserSessionObserver({
      parentId: 77,
      onlyBrowsers: true,
      procFolder: join(root, 'proc'),
      session: { root, environment: {} },
    });
    expect((await observeOnce(observer)).result).toEqual({
      outcome: 'observed',
      facts: {
        startedAt: new Date(1_795_000_123_450).toISOString(),
        processId: 77,
        name: 'chrome',
        running: [{ name: 'chrome', processId: 77, startedAt: new Date(1_795_000_123_450).toISOString() }],
        remoteUnknown: 'not-found',
      },
    });
  });

  it('is not told of a shell', async () => {
    await file('proc/stat', 'btime 1795000000\n');
    await file('proc/77/stat', stat('bash', 1));
    const observer = linuxBrowserSessionObserver({
      parentId: 77,
      onlyBrowsers: true,
      procFolder: join(root, 'proc'),
    });
    expect((await observeOnce(observer)).result).toMatchObject({ outcome: 'unknown', reason: 'not-found' });
  });

  it('of a process that has gone is unknown', async () => {
    const observer = linuxBrowserSessionObserver({ parentId: 78, procFolder: join(root, 'proc') });
    expect((await observeOnce(observer)).result).toMatchObject({ outcome: 'unknown', reason: 'failed' });
  });
});

describe("pcscd's start type", () => {
  const systemd = () => mkdir(join(root, 'run/systemd/system'), { recursive: true });

  it('is not told without systemd', async () => {
    expect(await pcscdStartType(root)).toBeUndefined();
  });

  it('follows its unit files', async () => {
    await systemd();
    await file('usr/lib/systemd/system/pcscd.service');
    expect(await pcscdStartType(root)).toBe('manual');
    await file('etc/systemd/system/sockets.target.wants/pcscd.socket');
    expect(await pcscdStartType(root)).toBe('trigger');
    await symlink('/dev/null', join(root, 'etc/systemd/system/pcscd.service'));
    expect(await pcscdStartType(root)).toBe('disabled');
  });
});
