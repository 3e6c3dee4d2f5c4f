import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Subject } from '../../common/protocol/index.ts';
import { carryOut } from '../actions/windows.ts';
import { withoutStore } from '../windows/certificates.ts';
import { type FakeKeys, fakeProcesses, fakeRegistry } from '../windows/fakes/fake-windows.ts';
import { fixedFileVersion } from '../windows/file-version.ts';
import { peBits } from '../windows/pe-header.ts';
import type { Opened } from '../windows/shell.ts';
import { windowsBrowserSessionObserver } from './browser-session-windows.ts';
import { windowsCardDriverObserver } from './card-driver-windows.ts';
import { windowsCardHoldersObserver } from './card-holders-windows.ts';
import { cardTools } from './card-tools.ts';
import { windowsCertificateStoreObserver } from './certificate-store-windows.ts';
import { serviceObservation } from './desk-observations.ts';
import { windowsDriverReaderObserver } from './driver-reader-windows.ts';
import { driverFolders, installedPrograms } from './installed-programs.ts';
import { observeOnce } from './observe-once.ts';
import { windowsPoliciesObserver } from './policies-windows.ts';
import type { Observer } from './port.ts';
import { servicesAsListed } from './service-windows.ts';
import { windowsUsbReadersObserver } from './usb-readers-windows.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'hpki-navi-root-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function file(path: string, content: string | Uint8Array = ''): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
}

describe('the card driver on Windows', () => {
  const csp = 'HPKI Crypto Service Provider for Authentication';
  const observe = async (keys: FakeKeys, files: Record<string, 32 | 64>) => {
    const observer = windowsCardDriverObserver(
      {
        registry: fakeRegistry(keys),
        fileVersion: async () => '3.0.1.0',
        environment: { SystemRoot: 'C:\\Windows', ProgramFiles: 'C:\\Program Files' },
      },
      {
        list: async (folder) =>
          Object.keys(files).flatMap((path) =>
            path.startsWith(`${folder}\\`) ? [path.slice(folder.length + 1)] : [],
          ),
        bits: async (path) => files[path],
      },
    );
    const { result } = await observeOnce(observer);
    return result.outcome === 'observed' ? result.facts.modules : [];
  };

  it('is found by its libraries in both system folders, and the My Number client in its own', async () => {
    const modules = await observe(
      {},
      {
        'C:\\Windows\\System32\\HpkiAuthP11_MPKCS11H.dll': 64,
        'C:\\Windows\\SysWOW64\\HpkiSigP11_MPKCS11H.dll': 32,
        'C:\\Windows\\System32\\kernel32.dll': 64,
        'C:\\Windows\\System32\\JPKIPKCS11Auth64.dll': 64,
        'C:\\Program Files\\JPKI\\JPKIPKCS11Sign64.dll': 64,
        'C:\\Program Files (x86)\\JPKI\\JPKIPKCS11Sign.dll': 32,
      },
    );
    expect(modules).toMatchObject([
      { family: 'hpki', name: 'HpkiAuthP11_MPKCS11H.dll', bits: 64, version: '3.0.1.0', present: true },
      { family: 'jpki', bits: 64, how: 'System32' },
      { family: 'hpki', name: 'HpkiSigP11_MPKCS11H.dll', bits: 32, how: 'SysWOW64' },
      { family: 'jpki', bits: 64, how: 'Program Files\\JPKI' },
      { family: 'jpki', bits: 32, how: 'Program Files (x86)\\JPKI' },
    ]);
  });

  it('is found by CSP and KSP in the registry of each word size, with or without its file', async () => {
    const provider = 'SOFTWARE\\Microsoft\\Cryptography\\Defaults\\Provider';
    const ksp =
      'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Cryptography\\Providers\\HPKI Key Storage Provider for Authentication';
    const modules = await observe(
      {
        [`HKLM\\${provider}\\${csp}`]: { 'Image Path': 'a.dll' },
        [`HKLM32\\${provider}\\${csp} Vendor`]: { 'Image Path': 'C:\\Windows\\System32\\a.dll' },
        [`HKLM\\${provider}\\Microsoft Strong Cryptographic Provider`]: { 'Image Path': 'rsaenh.dll' },
        [`${ksp}\\UM`]: { Image: 'gone.dll' },
      },
      { 'C:\\Windows\\System32\\a.dll': 64, 'C:\\Windows\\SysWOW64\\a.dll': 32 },
    );
    expect(modules).toMatchObject([
      { kind: 'csp', bits: 64, path: 'C:\\Windows\\System32\\a.dll', present: true },
      { kind: 'csp', bits: 32, path: 'C:\\Windows\\SysWOW64\\a.dll', present: true },
      { kind: 'ksp', path: 'C:\\Windows\\System32\\gone.dll', present: false },
    ]);
  });

  it("is found by the entries of cards that are for an HPKI card's ATR, under their mask", async () => {
    const cards = 'HKLM\\SOFTWARE\\Microsoft\\Cryptography\\Calais\\SmartCards';
    const octets = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));
    const atr = octets('3BF41300008131FE45004E0000FF');
    const modules = await observe(
      {
        [`${cards}\\A`]: { ATR: atr, ATRMask: octets('FFFFFFFFFFFFFFFFFFFFFFFFFF00') },
        [`${cards}\\B`]: { ATR: atr, ATRMask: octets('FFFFFFFFFFFFFFFFFFFFFFFFFFFF') },
        [`${cards}\\C`]: { ATR: atr },
        [`${cards}\\D`]: { ATR: atr.slice(0, 13), ATRMask: octets('FFFFFFFFFFFFFFFFFFFFFFFFFF') },
        [`${cards}\\E`]: { ATR: octets('3B888001004E0000F781D100E0') },
      },
      {},
    );
    expect(modules).toMatchObject([
      { kind: 'calais', family: 'hpki', name: 'A', atrMask: 'FFFFFFFFFFFFFFFFFFFFFFFFFF00' },
      { kind: 'calais', family: 'hpki', name: 'E' },
    ]);
  });

  it('is told without its card tools where the Start menu does not answer', async () => {
    const windows = { registry: fakeRegistry({}), fileVersion: async () => undefined, environment: {} };
    const files = { list: async () => [], bits: async () => undefined };
    const observer = windowsCardDriverObserver(windows, files, () => new Promise(() => undefined));
    expect((await observeOnce(observer)).result).toEqual({ outcome: 'observed', facts: { modules: [] } });
  });

  it('is not mistaken for this product or for other software that names HPKI', async () => {
    const uninstall = 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall';
    const modules = await observe(
      {
        [`HKLM\\${uninstall}\\a`]: { DisplayName: 'HPKIカードドライバ', DisplayVersion: '3.0' },
        [`HKCU\\${uninstall}\\b`]: { DisplayName: 'HPKI登録ナビ' },
        [`HKLM32\\${uninstall}\\c`]: { DisplayName: 'HPKI Signer' },
        [`HKLM\\${uninstall}\\d`]: { DisplayName: '利用者クライアントソフト' },
      },
      {},
    );
    expect(modules.map(({ name, family }) => `${name} ${family}`)).toEqual([
      'HPKIカードドライバ hpki',
      '利用者クライアントソフト jpki',
      'HPKI Signer unknown',
    ]);
  });
});

describe('word size and version of a Windows file', () => {
  const pe = (machine: number) => {
    const head = Buffer.alloc(256);
    head.write('MZ', 0, 'latin1');
    head.writeUInt32LE(0x80, 0x3c);
    head.write('PE\0\0', 0x80, 'latin1');
    head.writeUInt16LE(machine, 0x84);
    return head;
  };

  it.each([
    [0x014c, 32],
    [0x8664, 64],
    [0xaa64, 'other'],
  ])('machine %i is %s', async (machine, bits) => {
    await file('x.dll', pe(machine));
    expect(await peBits(join(root, 'x.dll'))).toBe(bits);
  });

  it('a file that is no program, cut short or not there', async () => {
    await file('text', 'hello');
    await file('short', 'MZ');
    const wild = pe(0x8664);
    wild.writeUInt32LE(0xfffffff0, 0x3c);
    await file('wild', wild);
    for (const name of ['text', 'short', 'wild']) expect(await peBits(join(root, name))).toBe('other');
    expect(await peBits(join(root, 'none'))).toBeUndefined();
  });

  it('the version is read from VS_FIXEDFILEINFO', () => {
    const info = Buffer.alloc(64);
    info.writeUInt32LE(0xfeef04bd, 8);
    info.writeUInt32LE((3 << 16) | 1, 16);
    info.writeUInt32LE((4 << 16) | 592, 20);
    expect(fixedFileVersion(info)).toBe('3.1.4.592');
    expect(fixedFileVersion(Buffer.alloc(64))).toBeUndefined();
  });
});

describe("the driver's choice of reader", () => {
  const acr = 'ACS ACR39U ICC Reader 0';
  const observe = async (keys: FakeKeys, environment: NodeJS.ProcessEnv = {}) =>
    (await observeOnce(windowsDriverReaderObserver({ registry: fakeRegistry(keys), environment }))).result;

  it('is looked for in candidate keys and files, and among former readers', async () => {
    await file(
      'data/HPKI/tool.ini',
      Buffer.from('\ufeff[rw]\r\nname = ACS ACR39U ICC Reader 0\r\n', 'utf16le'),
    );
    const result = await observe(
      {
        'HKCU\\Software\\MISTYGUARD\\Tool': { Selected: 'Odd Name 0', Path: 'C:\\x\\reader.dll', Count: 2 },
        'HKCU\\Software\\Other': { Reader: acr },
        'HKLM\\SOFTWARE\\Microsoft\\Cryptography\\Calais\\Readers\\Odd Name 0': {},
      },
      { ProgramData: join(root, 'data') },
    );
    expect(result).toMatchObject({
      facts: {
        candidates: [
          { place: expect.stringContaining('MISTYGUARD\\Tool'), value: 'Odd Name 0', confidence: 'low' },
          { place: expect.stringContaining('tool.ini'), value: acr },
        ],
        formerReaders: ['Odd Name 0'],
      },
    });
  });

  it('is told also where one of the files can not be read', async () => {
    await mkdir(join(root, 'data/HPKI/locked.ini'), { recursive: true });
    await file('data/HPKI/tool.ini', `Reader=${acr}`);
    expect(
      await observe({ 'HKCU\\Software\\HPKI': { Reader: acr } }, { ProgramData: join(root, 'data') }),
    ).toMatchObject({ facts: { candidates: [{ value: acr }, { value: acr }] } });
  });

  it('is told under any name, those like a reader first, and what can be none is left out', async () => {
    const value = 'Hitachi/Maxell M-520U 0';
    const values = { Chosen: value, Serial: '0123-4567', Folder: 'C:\\HPKI\\reader', User: 'a@example.jp' };
    expect(await observe({ 'HKCU\\Software\\HPKI': { ...values, Other: acr } })).toMatchObject({
      facts: { candidates: [{ value: acr }, { value }], formerReaders: [] },
    });
  });

  it('is unknown where nothing could be a reader', async () => {
    expect(await observe({ 'HKCU\\Software\\HPKI': { Version: '3.0', Long: acr.repeat(6) } })).toMatchObject({
      outcome: 'unknown',
      reason: 'not-found',
    });
  });
});

describe('programs that may hold a card on Windows', () => {
  it('are told with the browsers last', async () => {
    const names = ['chrome.exe', 'chrome.exe', 'rececom.exe', 'svchost.exe', 'editor.exe'];
    const observer = windowsCardHoldersObserver({
      processes: {
        all: async () => names.map((name, index) => ({ processId: index + 10, parentId: 1, name })),
        hasLoaded: async (id) => id !== 14,
      },
    });
    expect((await observeOnce(observer)).result).toMatchObject({
      facts: {
        candidates: [
          { name: 'rececom.exe', processes: 1 },
          { name: 'chrome.exe', processes: 2 },
        ],
        unseen: 0,
      },
    });
  });
});

describe('the browser session on Windows', () => {
  const started = new Date('2026-11-23T00:00:00Z');
  const tree = [
    { processId: 10, parentId: 1, name: 'explorer.exe' },
    { processId: 20, parentId: 10, name: 'msedge.exe', startedAt: started, bits: 64 as const, sessionId: 2 },
    { processId: 21, parentId: 20, name: 'msedge.exe', startedAt: new Date() },
    { processId: 30, parentId: 20, name: 'cmd.exe' },
    { processId: 40, parentId: 10, name: 'chrome.exe', startedAt: started },
  ];
  const terminalServer = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server';
  const observe = async (
    parentId: number,
    glass: Record<string, number> = { GlassSessionId: 2 },
    rdp = false,
  ) => {
    const processes = { ...fakeProcesses(tree), remoteSession: async () => rdp };
    const registry = fakeRegistry({ [terminalServer]: glass });
    return (await observeOnce(windowsBrowserSessionObserver({ processes, registry, parentId }))).result;
  };

  it('is that of the browser, also behind a command shell', async () => {
    for (const parent of [20, 30]) {
      expect(await observe(parent)).toMatchObject({
        facts: {
          processId: 20,
          name: 'msedge.exe',
          bits: 64,
          startedAt: started.toISOString(),
          running: [{ name: 'msedge.exe', processId: 20 }, { name: 'chrome.exe' }],
          remoteDesktop: false,
        },
      });
    }
  });

  it.each([
    ['by SM_REMOTESESSION', {}, true, { remoteDesktop: true, remoteBy: 'SM_REMOTESESSION' }],
    [
      'by another session at the screen',
      { GlassSessionId: 1 },
      false,
      { remoteDesktop: true, remoteBy: 'GlassSessionId' },
    ],
    ['by none', { GlassSessionId: 2 }, false, { remoteDesktop: false, remoteBy: 'GlassSessionId' }],
    ['unknown where no session is named', {}, false, { remoteUnknown: 'not-found' }],
  ])('tells a remote desktop %s', async (_, glass, rdp, facts) => {
    expect(await observe(20, glass, rdp)).toMatchObject({ facts });
  });

  it('does not call a desktop local whose session may not be looked up', async () => {
    const registry = fakeRegistry({});
    registry.values = () => {
      throw Object.assign(new Error('RegOpenKeyExW: 5'), { code: 'EACCES' });
    };
    const processes = fakeProcesses(tree);
    const { result } = await observeOnce(
      windowsBrowserSessionObserver({ processes, registry, parentId: 20 }),
    );
    expect(result).toMatchObject({ facts: { name: 'msedge.exe', remoteUnknown: 'no-permission' } });
    expect(result).not.toHaveProperty('facts.remoteDesktop');
  });

  it('is not told of a shell that a person uses', async () => {
    expect(await observe(10)).toMatchObject({ outcome: 'unknown', reason: 'not-found' });
  });
});

describe('policies, services and devices', () => {
  it('lists and switches of each browser', async () => {
    const chrome = 'SOFTWARE\\Policies\\Google\\Chrome';
    const observer = windowsPoliciesObserver({
      registry: fakeRegistry({
        [`HKLM\\${chrome}\\NativeMessagingBlocklist`]: { 1: '*' },
        [`HKCU\\${chrome}`]: { NativeMessagingUserLevelHosts: 0, HomepageLocation: 'https://secret.example' },
      }),
    });
    expect((await observeOnce(observer)).result).toMatchObject({
      facts: {
        policies: [
          { browser: 'chrome', scope: 'machine', name: 'NativeMessagingBlocklist', values: ['*'] },
          { browser: 'chrome', scope: 'user', name: 'NativeMessagingUserLevelHosts', values: ['false'] },
        ],
      },
    });
  });

  it('the smart card service with the one that copies certificates', async () => {
    const services = {
      look: async (name: string) =>
        name === 'SCardSvr'
          ? ({ state: 'stopped', startType: 'trigger' } as const)
          : ({ state: 'absent' } as const),
      start: async () => undefined,
    };
    expect(await servicesAsListed(services)).toEqual({
      state: 'stopped',
      startType: 'trigger',
      propagation: { state: 'absent' },
    });
  });

  it('are unknown, not empty, where Windows does not answer', async () => {
    const refused = () => Promise.reject(new Error('SetupDiGetClassDevsW'));
    for (const observer of [
      windowsUsbReadersObserver({ usbDevices: refused }),
      windowsCertificateStoreObserver({ personalStore: refused }),
    ]) {
      const { result } = await observeOnce(observer as Observer<Subject>);
      expect(result).toMatchObject({ outcome: 'unknown', reason: 'failed' });
    }
    expect(withoutStore(fakeRegistry({}))).toEqual([]);
    const store = 'HKCU\\Software\\Microsoft\\SystemCertificates\\My';
    expect(() => withoutStore(fakeRegistry({ [store]: {} }))).toThrow('CertOpenStore');
  });

  it('a smart card service that is not installed is absent, not stopped', async () => {
    const services = { look: async () => ({ state: 'absent' as const }), start: async () => undefined };
    const listed = await servicesAsListed(services);
    const seen = (state: 'stopped' | 'running') =>
      serviceObservation('koffi', { type: 'service', state }, listed).result;
    expect(seen('stopped')).toMatchObject({ facts: { state: 'absent' } });
    expect(seen('running')).toMatchObject({ facts: { state: 'running' } });
  });

  it('readers among the USB devices, by class and by table', async () => {
    const device = (id: string, compatible: string, problem: number) => ({
      hardwareIds: [`USB\\${id}&REV_0100`],
      compatibleIds: [compatible],
      name: undefined,
      service: undefined,
      problem,
    });
    const observer = windowsUsbReadersObserver({
      usbDevices: async () => [
        device('VID_072F&PID_90CC', 'USB\\Class_0b&SubClass_00', 28),
        device('VID_054C&PID_0DC8', 'USB\\Class_ff', 0),
        device('VID_046D&PID_C31C', 'USB\\Class_03', 0),
      ],
    });
    expect((await observeOnce(observer)).result).toMatchObject({
      facts: {
        devices: [
          { vendor: '072f', product: '90cc', by: 'class', problem: 28 },
          { vendor: '054c', product: '0dc8', by: 'table', name: 'Sony RC-S300/S' },
        ],
      },
    });
  });
});

describe('actions', () => {
  const parts = (start: () => Promise<void> = async () => undefined, outcome: Opened = 'opened') => {
    const opened: string[] = [];
    return {
      opened,
      windows: {
        services: { look: async () => ({ state: 'running' as const }), start },
        openFile: async (path: string) => {
          opened.push(path);
          return outcome;
        },
        registry: fakeRegistry({}),
        environment: { SystemRoot: 'C:\\Windows', ProgramData: join(root, 'data') },
      },
    };
  };
  const menu = 'data/Microsoft/Windows/Start Menu/Programs';

  it("open the system's own windows and nothing else", async () => {
    const { windows, opened } = parts();
    for (const action of ['open-services', 'open-device-manager', 'open-certificate-manager'] as const) {
      expect(await carryOut(action, windows)).toBe('done');
    }
    expect(opened).toEqual([
      'C:\\Windows\\System32\\services.msc',
      'C:\\Windows\\System32\\devmgmt.msc',
      'C:\\Windows\\System32\\certmgr.msc',
    ]);
  });

  it('open the card tool found in the Start menu, the selection tool first', async () => {
    const { windows, opened } = parts();
    expect(await carryOut('open-card-tool', windows)).toBe('action-unavailable');
    await file(`${menu}/Accessories/Paint.lnk`);
    await file(`${menu}/HPKIカードツール/HPKIカードツール アンインストール.lnk`);
    await file(`${menu}/HPKIカードツール/パスワード変更.lnk`);
    await file(`${menu}/HPKIカードツール/リーダライタ選択ツール.lnk`);
    expect((await cardTools(windows.environment)).map(({ name }) => name)).toEqual([
      'リーダライタ選択ツール',
      'パスワード変更',
    ]);
    expect(await carryOut('open-card-tool', windows)).toBe('done');
    expect(opened).toEqual([join(root, menu, 'HPKIカードツール/リーダライタ選択ツール.lnk')]);
  });

  it('find the card tool in the folders of the driver where there is no shortcut', async () => {
    await file('programs/HPKI/bin/HpkiCardTool.exe');
    await file('programs/HPKI/bin/HpkiCardToolUninstall.exe');
    await file('programs/HPKI/bin/service.exe');
    await file('programs/Other/HPKIカードツール.exe');
    await file('vendor/リーダライタ選択ツール.exe');
    const uninstall = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\a';
    const programs = installedPrograms(
      fakeRegistry({
        [uninstall]: {
          DisplayName: 'HPKIカードドライバ',
          DisplayIcon: `"${join(root, 'vendor/icon.exe')}",0`,
          InstallLocation: 'C:\\Program Files\\',
        },
      }),
    );
    expect(driverFolders(programs)).toEqual([join(root, 'vendor')]);
    const environment = { ProgramFiles: join(root, 'programs') };
    expect(await cardTools(environment, driverFolders(programs))).toEqual([
      {
        name: 'リーダライタ選択ツール',
        path: join(root, 'vendor/リーダライタ選択ツール.exe'),
        how: 'Uninstall',
      },
      { name: 'HpkiCardTool', path: join(root, 'programs/HPKI/bin/HpkiCardTool.exe'), how: 'Program Files' },
    ]);
  });

  it('say when a right is missing to start the service', async () => {
    const denied = Object.assign(new Error('no'), { code: 'EACCES' });
    expect(await carryOut('start-smart-card-service', parts().windows)).toBe('done');
    const { windows } = parts(() => Promise.reject(denied));
    expect(await carryOut('start-smart-card-service', windows)).toBe('no-permission');
  });

  it('say what Windows made of it', async () => {
    const asked = (opened: Opened) => carryOut('open-services', parts(undefined, opened).windows);
    expect(await asked('refused')).toBe('no-permission');
    expect(await asked('not-opened')).toBe('action-unavailable');
  });
});
