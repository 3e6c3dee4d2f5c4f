import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actions, type HostEvent } from '../../common/protocol/index.ts';
import { noObservations, withObservation } from '../../extension/background/observations.ts';
import { type Check, judge } from '../../extension/judge/index.ts';
import { type Inspection, inspectionSchema } from '../../native-host/commands/inspect.ts';
import { windowsNode } from '../../native-host/package/fetched-package.ts';
import { product } from '../../native-host/package/product.ts';
import { type Lab, startLab } from '../lab/index.ts';
import { hello, startHosted } from './hosted.ts';
import { lane } from './lane.ts';
import {
  authenticationCsp,
  csp,
  driverLibrary,
  library32,
  personalCertificate,
  plantDriver,
  withoutCsp,
} from './planted.ts';
import { shortcut } from './shortcut.ts';
import { WindowsMachine, windowsPath } from './windows-machine.ts';

/**
 * What the host sees of a Windows PC, through Windows' own libraries, and what the extension makes of it: on facts
 * that are planted here, because the real card driver can't be had. The reader and the card are the lab's.
 */
let lab: Lab;
let machine: WindowsMachine;
let executable: string;

beforeAll(async () => {
  lab = await startLab();
  machine = await WindowsMachine.start({ shared: [lane.folder], environment: { ...lab.environment } });
  executable = windowsPath(`${lane.stage}/${product.command}.exe`);
  await lab.insert('pharmacist');
});
afterAll(async () => {
  await machine?.stop();
  await lab?.stop();
});

async function inspect(): Promise<Inspection> {
  const { stdout } = await machine.run(executable, 'inspect', '--json', '--offline');
  return v.parse(inspectionSchema, JSON.parse(stdout));
}

/** The extension's finding of one check, replayed from an inspection. */
function found({ observations, hostVersion, at }: Inspection, check: Check['check']): Check | undefined {
  const { checks } = judge({
    now: Date.parse(at),
    browser: { name: 'Microsoft Edge', family: 'edge', siteAccess: true, extensionVersion: product.version },
    host: { state: 'connected', hostVersion, platform: 'win32', complete: true },
    observations: observations.reduce(withObservation, noObservations),
    site: { state: 'answered', status: 200, skewMs: 0 },
    login: null,
    cardToken: null,
    quiet: false,
  });
  return checks.find((one) => one.check === check);
}

async function plant(...lines: string[]): Promise<void> {
  await machine.changeRegistry(...lines);
  await machine.quiet();
}

const system = (name: string) => path.join(machine.driveC, 'windows/system32', name);
const system32 = (name: string) => path.join(machine.driveC, 'windows/syswow64', name);

describe('the card driver', () => {
  it('that is absent is missed', async () => {
    const inspection = await inspect();
    expect(found(inspection, 'card-readable')).toMatchObject({ status: 'pass' });
    expect(found(inspection, 'card-driver')).toMatchObject({ status: 'fail', reason: 'card-driver.none' });
  });

  it('that is registered without its file is broken', async () => {
    await plant(...csp(64, 'HpkiAuthCsp.dll'));
    expect(found(await inspect(), 'card-driver')).toMatchObject({
      status: 'fail',
      reason: 'card-driver.broken',
    });
    await plant(...withoutCsp(64));
  });

  it('of the wrong word size is told apart', async () => {
    await mkdir(path.dirname(system32(driverLibrary)), { recursive: true });
    await writeFile(system32(driverLibrary), library32());
    await writeFile(system32('HpkiAuthCsp.dll'), library32());
    await plant(...csp(32, 'HpkiAuthCsp.dll'));
    const inspection = await inspect();
    expect(found(inspection, 'card-driver')).toMatchObject({
      status: 'warn', // the browser's own word size is not seen by `inspect`
      reason: 'card-driver.wrong-bits',
      data: { found: 32, needed: 64 },
    });
    const driver = inspection.observations.find(({ subject }) => subject === 'card-driver');
    expect(driver?.result).toMatchObject({
      facts: {
        modules: expect.arrayContaining([
          expect.objectContaining({
            kind: 'pkcs11',
            family: 'hpki',
            how: 'SysWOW64',
            bits: 32,
            present: true,
          }),
          expect.objectContaining({ kind: 'csp', name: authenticationCsp, bits: 32, present: true }),
        ]),
      },
    });
    await rm(system32(driverLibrary));
    await plant(...withoutCsp(32));
  });

  it('that is there is found with its version, its CSP and its entries', async () => {
    await plantDriver(machine);
    await plant(
      '[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\{5C0E1E3A-0000-4000-8000-000000000001}]',
      '"DisplayName"="HPKI カードドライバ"',
      '"DisplayVersion"="3.0.1"',
      '',
      '[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography\\Calais\\SmartCards\\HPKI]',
      '"ATR"=hex:3b,f4,13,00,00,81,31,fe,45,00,4e,00,00,a2',
      `"Crypto Provider"="${authenticationCsp}"`,
      '',
    );
    const inspection = await inspect();
    expect(found(inspection, 'card-driver')).toMatchObject({ status: 'pass', reason: 'card-driver.ok' });
    const driver = inspection.observations.find(({ subject }) => subject === 'card-driver');
    expect(driver?.result).toMatchObject({
      facts: {
        modules: expect.arrayContaining([
          expect.objectContaining({
            kind: 'pkcs11',
            name: driverLibrary,
            bits: 64,
            version: expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/),
          }),
          expect.objectContaining({ kind: 'csp', bits: 64, present: true }),
          expect.objectContaining({ kind: 'calais', atr: '3BF41300008131FE45004E0000A2' }),
          expect.objectContaining({ kind: 'uninstall-entry', name: 'HPKI カードドライバ', version: '3.0.1' }),
        ]),
      },
    });
  });
});

describe("the driver's choice of reader", () => {
  const elsewhere = 'SONY FeliCa Port/PaSoRi 4.0 0';
  const choice = (reader: string) => [
    '[HKEY_CURRENT_USER\\Software\\HPKI\\カードツール]',
    `"Reader"="${reader}"`,
    '',
  ];

  it('of another reader that was connected once is a hint, and no more', async () => {
    await plant(
      ...choice(elsewhere),
      `[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography\\Calais\\Readers\\${elsewhere}]`,
      '',
    );
    expect(found(await inspect(), 'driver-reader')).toMatchObject({
      status: 'warn',
      reason: 'driver-reader.hint-other',
      data: { selected: elsewhere, reader: lab.readers[0] },
    });
  });

  it('of the reader that holds the card stays unknown', async () => {
    await plant(...choice(lab.readers[0] ?? ''));
    expect(found(await inspect(), 'driver-reader')).toMatchObject({
      status: 'unknown',
      reason: 'driver-reader.hint-same',
    });
  });
});

describe("the person's certificates", () => {
  it("that lack the card's are told", async () => {
    expect(found(await inspect(), 'certificate-store')).toMatchObject({ reason: 'certificate-store.absent' });
  });

  it("with the card's, without and with its private key", async () => {
    const der = lab.pki.persons.pharmacist.authentication?.certificate.der ?? new Uint8Array();
    await plant(...personalCertificate(der));
    expect(found(await inspect(), 'certificate-store')).toMatchObject({ reason: 'certificate-store.no-key' });
    await plant(...personalCertificate(der, { container: 'HPKI-カード', provider: authenticationCsp }));
    const inspection = await inspect();
    expect(found(inspection, 'certificate-store')).toMatchObject({
      status: 'pass',
      reason: 'certificate-store.ok',
    });
    const store = inspection.observations.find(({ subject }) => subject === 'certificate-store');
    expect(store?.result).toMatchObject({
      facts: { certificates: [{ provider: authenticationCsp, container: 'HPKI-カード', privateKey: true }] },
    });
  });

  it('of other cards are counted', async () => {
    const der = lab.pki.persons.doctor.authentication?.certificate.der ?? new Uint8Array();
    await plant(...personalCertificate(der, { container: 'old', provider: authenticationCsp }));
    expect(found(await inspect(), 'certificate-store')).toMatchObject({
      status: 'warn',
      reason: 'certificate-store.others',
      data: { count: 1, serialNumber: '01513B' },
    });
  });
});

describe('services and policies', () => {
  it('a disabled certificate propagation is told where the store lacks the certificate', async () => {
    const made = await machine.run(
      'sc',
      ...['create', 'CertPropSvc', 'binPath=', 'C:\\windows\\system32\\svchost.exe', 'start=', 'disabled'],
    );
    expect(made.code).toBe(0);
    const service = (await inspect()).observations.find(({ subject }) => subject === 'pcsc-service');
    expect(service?.result).toMatchObject({
      facts: { state: 'running', propagation: { state: 'stopped', startType: 'disabled' } },
    });
  });

  it("an administrator's answer to the certificate chooser is told", async () => {
    await plant(
      '[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Edge\\AutoSelectCertificateForUrls]',
      '"1"="{\\"pattern\\":\\"https://[*.]medis.or.jp\\",\\"filter\\":{}}"',
      '',
    );
    expect(found(await inspect(), 'browser')).toMatchObject({
      status: 'warn',
      reason: 'browser.auto-select',
    });
  });
});

describe('the browser', () => {
  it('that started the host is seen with its start and its word size', async () => {
    // Node under the browser's name, which starts the host as a browser does.
    const browser = path.join(machine.driveC, 'chrome.exe');
    await copyFile(path.join(await windowsNode(), 'bin/node.exe'), browser);
    const script = `require('node:child_process').spawnSync(process.argv[1], process.argv.slice(2), { stdio: 'inherit' })`;
    const before = Date.now();
    const { stdout } = await machine.run(
      'C:\\chrome.exe',
      '-e',
      script,
      executable,
      'inspect',
      '--json',
      '--offline',
    );
    const inspection = v.parse(inspectionSchema, JSON.parse(stdout));
    const session = inspection.observations.find(({ subject }) => subject === 'browser-session');
    // SM_REMOTESESSION says no, and Wine names no session at the screen: not enough to say "local".
    expect(session?.result).toMatchObject({
      outcome: 'observed',
      facts: { name: 'chrome.exe', bits: 64, remoteUnknown: 'not-found', running: [{ name: 'chrome.exe' }] },
    });
    if (session?.subject !== 'browser-session' || session.result.outcome !== 'observed') return;
    expect(Date.parse(session.result.facts.startedAt)).toBeGreaterThan(before - 2000);
    expect(Date.parse(session.result.facts.startedAt)).toBeLessThan(Date.now());
  });
});

describe('install --repair', () => {
  const key = `HKEY_CURRENT_USER\\Software\\Google\\Chrome\\NativeMessagingHosts\\${product.nativeHost}`;

  it('points the browsers to this program, tells what was wrong, and what stands in the way', async () => {
    await plant(
      `[${key}]`,
      '@="C:\\\\gone\\\\manifest.json"',
      '',
      '[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Google\\Chrome\\NativeMessagingBlocklist]',
      '"1"="*"',
      '',
    );
    const { code, stdout } = await machine.run(executable, 'install', '--repair');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /Google Chrome: 登録が指すファイルがありませんでした[^\n]*[\s\S]*Google Chrome: 登録しました/,
    );
    expect(stdout).toMatch(/chrome: 管理者の設定 NativeMessagingBlocklist/);
    const manifest = (await machine.registry(key)).get(key)?.get('') ?? '';
    expect(manifest).toBe(executable.replace(/[^\\]+$/, `${product.nativeHost}.json`));
    expect((await machine.run(executable, 'install', '--repair')).stdout).toContain('登録は正しい状態でした');
    expect((await machine.run(executable, 'uninstall')).code).toBe(0);
    expect((await machine.registry(key)).has(key)).toBe(false);
  });
});

describe('a card that another program has for itself', () => {
  it('is told with the programs that may be it', async () => {
    const [reader = ''] = lab.readers;
    const { file, parameters, env } = machine.command(windowsPath(lane.holdCard), reader);
    const holder = spawn(file, parameters, { env, stdio: ['pipe', 'pipe', 'ignore'] });
    await once(holder.stdout, 'data');
    const inspection = await inspect();
    holder.stdin.end();
    await once(holder, 'exit');
    const holders = inspection.observations.find(({ subject }) => subject === 'card-holders');
    expect(holders?.result).toMatchObject({
      outcome: 'observed',
      facts: { candidates: [{ name: 'hold-card.exe', processes: 1 }] },
    });
    expect(found(inspection, 'card-readable')).toMatchObject({
      status: 'fail',
      reason: 'card-readable.in-use-by',
      data: { programs: 'hold-card.exe' },
    });
    const after = await inspect();
    expect(found(after, 'card-readable')).toMatchObject({ status: 'pass' });
    expect(after.observations.map(({ subject }) => subject)).not.toContain('card-holders');
  });
});

describe('actions', () => {
  it("open the card tool's shortcut, and the system's own consoles, as a double click does", async () => {
    // What is opened leaves a mark: Wine has no such tool and no management console.
    const menu = 'C:\\ProgramData\\Microsoft\\Windows\\Start Menu\\Programs\\HPKI';
    await mkdir(machine.unixPath(menu), { recursive: true });
    const marked = (name: string) => `/c echo opened> C:\\${name}.txt`;
    const tool = path.join(machine.unixPath(menu), 'リーダーライタ選択ツール.lnk');
    await writeFile(tool, shortcut('C:\\windows\\system32\\cmd.exe', marked('tool')));
    await writeFile(system('services.msc'), '');
    await plant(
      '[HKEY_CLASSES_ROOT\\.msc]',
      '@="MSCFile"',
      '',
      '[HKEY_CLASSES_ROOT\\MSCFile\\shell\\open\\command]',
      '@="cmd.exe /c echo %1> C:\\\\console.txt"',
      '',
    );
    const host = startHosted(machine, executable);
    try {
      await hello(host);
      for (const [id, action] of [
        [2, 'open-card-tool'],
        [3, 'open-services'],
      ] as const) {
        host.send({ type: 'act', id, deadlineMs: 60_000, action });
        const answer = await host.next(
          (event): event is HostEvent & { type: 'done' | 'failed' } =>
            (event.type === 'done' || event.type === 'failed') && event.id === id,
        );
        expect(answer).toEqual({ type: 'done', id });
      }
      const mark = (name: string) => readFile(machine.unixPath(`C:\\${name}.txt`), 'utf8').catch(() => '');
      await expect.poll(() => mark('tool'), { timeout: 60_000 }).toContain('opened');
      await expect.poll(() => mark('console'), { timeout: 60_000 }).toMatch(/system32\\services\.msc/i);
    } finally {
      await host.close();
      await rm(tool);
    }
  });

  it('that this Windows does not have are answered, and the host goes on', async () => {
    const host = startHosted(machine, executable);
    try {
      expect((await hello(host)).actions).toEqual([...actions]);
      host.send({ type: 'act', id: 2, deadlineMs: 30_000, action: 'open-card-tool' });
      const answer = await host.next(
        (event): event is HostEvent & { type: 'failed' } => event.type === 'failed' && event.id === 2,
      );
      expect(answer.code).toBe('action-unavailable');
      host.send({ type: 'observe', id: 3, deadlineMs: 30_000, subjects: ['policies'] });
      await host.next(
        (event): event is HostEvent & { type: 'done' } => event.type === 'done' && event.id === 3,
      );
    } finally {
      expect(await host.close()).toBe(0);
    }
  });
});
