import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { nssCertificateStoreObserver } from '../../native-host/observers/certificate-store-nss.ts';
import { observeOnce } from '../../native-host/observers/observe-once.ts';
import { filePoliciesObserver } from '../../native-host/observers/policies-files.ts';
import { siteCertificateObserver } from '../../native-host/observers/site-certificate.ts';
import { linuxUsbReadersObserver } from '../../native-host/observers/usb-readers-linux.ts';
import { makeTestPki, type Person, type TestPki } from '../lab/pki/index.ts';

const pathsOf = ({ authentication }: Person) => ({
  certificate: authentication?.certificate.path ?? '',
  key: authentication?.key.path ?? '',
});
const run = promisify(execFile);
let pki: TestPki;
let folder: string;
let root: string;

beforeAll(async () => {
  pki = await makeTestPki({ hosts: ['2nds.medis.or.jp'] });
  folder = await mkdtemp(join(tmpdir(), 'hpki-navi-observers-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  root = await mkdtemp(join(folder, 'root-'));
});

async function file(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
}

describe("the browser's NSS database", () => {
  const observe = async () =>
    (await observeOnce(nssCertificateStoreObserver({ home: root, environment: {} }))).result;

  it('that does not exist has nothing', async () => {
    expect(await observe()).toEqual({
      outcome: 'observed',
      facts: { store: 'nss', certificates: [], others: 0, modules: [] },
    });
  });

  it('tells HPKI certificates with whether their key is there, counts the others, lists its modules', async () => {
    const database = join(root, '.pki/nssdb');
    await mkdir(database, { recursive: true });
    const nss = `sql:${database}`;
    await run('certutil', ['-N', '--empty-password', '-d', nss]);
    const { pharmacist, doctor } = pki.persons;
    const add = (name: string, certificate: string) =>
      run('certutil', ['-A', '-d', nss, '-n', name, '-t', ',,', '-i', certificate]);
    await add('root', pki.authorities.root.certificate.path);
    await add('doctor', pathsOf(doctor).certificate);
    const bundle = join(root, 'pharmacist.p12');
    await run('openssl', [
      ...['pkcs12', '-export', '-in', pathsOf(pharmacist).certificate, '-inkey', pathsOf(pharmacist).key],
      ...['-out', bundle, '-passout', 'pass:'],
    ]);
    await run('pk12util', ['-i', bundle, '-d', nss, '-W', '']);
    await writeFile(join(database, 'pkcs11.txt'), 'library=/nowhere/libHpkiAuthP11.so\nname=HPKI\n');
    const result = await observe();
    expect(result).toMatchObject({
      facts: { others: 1, modules: [{ name: 'HPKI', database, present: false }] },
    });
    const certificates = result.outcome === 'observed' ? result.facts.certificates : [];
    expect(
      certificates.map(({ serialNumber, privateKey }) => `${serialNumber} ${privateKey}`).sort(),
    ).toEqual([`01513B true`, `${doctor.authentication?.serial} false`].sort());
    expect(certificates[0]?.issuer).toMatch(/^HPKI-01-/);
  });
});

describe("administrators' policies", () => {
  it('are read from every file, those that are no JSON passed over', async () => {
    await file('etc/opt/edge/policies/managed/a.json', '{ not json');
    await file(
      'etc/opt/edge/policies/managed/b.json',
      JSON.stringify({
        AutoSelectCertificateForUrls: ['{"pattern":"*","filter":{}}'],
        HomepageLocation: 'https://intranet.example',
      }),
    );
    await file('etc/chromium/policies/managed/c.json', '{"NativeMessagingUserLevelHosts": false}');
    expect((await observeOnce(filePoliciesObserver({ root }))).result).toMatchObject({
      facts: {
        policies: [
          { browser: 'edge', name: 'AutoSelectCertificateForUrls', values: ['{"pattern":"*","filter":{}}'] },
          { browser: 'chromium', name: 'NativeMessagingUserLevelHosts', values: ['false'] },
        ],
      },
    });
  });
});

describe('readers on USB', () => {
  const device = async (name: string, vendor: string, product: string, interfaceClass: string) => {
    await file(`sys/bus/usb/devices/${name}/idVendor`, `${vendor}\n`);
    await file(`sys/bus/usb/devices/${name}/idProduct`, `${product}\n`);
    await file(`sys/bus/usb/devices/${name}:1.0/bInterfaceClass`, `${interfaceClass}\n`);
  };

  it('are told by class or by table, with the driver that is bound', async () => {
    await device('1-1', '072f', '90cc', '0b');
    await file('sys/bus/usb/devices/1-1/product', 'CCID USB Reader\n');
    await symlink('../../../drivers/usbfs', join(root, 'sys/bus/usb/devices/1-1:1.0/driver'));
    await device('1-2', '054c', '06c3', 'ff');
    await device('1-3', '046d', 'c31c', '03');
    await file('sys/bus/usb/devices/usb1/idVendor', '1d6b\n');
    expect((await observeOnce(linuxUsbReadersObserver({ root }))).result).toMatchObject({
      facts: {
        devices: [
          { vendor: '072f', product: '90cc', name: 'CCID USB Reader', by: 'class', driver: 'usbfs' },
          { vendor: '054c', product: '06c3', name: 'Sony RC-S380/P', by: 'table' },
        ],
      },
    });
  });

  it('are unknown where the system shows no USB', async () => {
    expect((await observeOnce(linuxUsbReadersObserver({ root }))).result).toMatchObject({
      reason: 'not-found',
    });
  });
});

describe("the site's certificate", () => {
  const servers: Server[] = [];
  afterAll(() => {
    for (const server of servers) server.close();
  });

  async function serve(
    answer: string | undefined,
    cert = pki.servers['2nds.medis.or.jp']?.chain,
  ): Promise<{ address: string; port: number }> {
    const identity = pki.servers['2nds.medis.or.jp'];
    const server = createServer({ cert, key: identity?.key.pem }, (socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => answer !== undefined && socket.end(answer));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { address: '127.0.0.1', port: (server.address() as AddressInfo).port };
  }

  it('is told with who issued it, and the clock against the server', async () => {
    const date = new Date(Date.now() - 3_600_000).toUTCString();
    const connectTo = await serve(`HTTP/1.1 200 OK\r\nDate: ${date}\r\n\r\n`);
    const { result } = await observeOnce(siteCertificateObserver({ connectTo }));
    expect(result).toMatchObject({
      outcome: 'observed',
      facts: {
        host: '2nds.medis.or.jp',
        publiclyTrusted: false,
        authorizationError: 'SELF_SIGNED_CERT_IN_CHAIN',
        issuer: { country: 'JP' },
      },
    });
    const skew = result.outcome === 'observed' ? (result.facts.skewMs ?? 0) : 0;
    expect(Math.round(skew / 60_000)).toBe(60);
  });

  it('that came without its intermediate is told apart from one of an authority of its own', async () => {
    const [leaf] = pki.servers['2nds.medis.or.jp']?.chain.match(/-----BEGIN[\s\S]+?-----END.*\n/) ?? [];
    const { result } = await observeOnce(siteCertificateObserver({ connectTo: await serve('', leaf) }));
    expect(result).toMatchObject({
      facts: { publiclyTrusted: false, authorizationError: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' },
    });
  });

  it('of a server that says nothing more is still told; of nobody it is unknown', async () => {
    const connectTo = await serve('');
    const silent = await observeOnce(siteCertificateObserver({ connectTo }));
    expect(silent.result).toMatchObject({ facts: { publiclyTrusted: false } });
    const nobody = siteCertificateObserver({ connectTo: { address: '127.0.0.1', port: 1 } });
    expect((await observeOnce(nobody)).result).toMatchObject({
      outcome: 'unknown',
      reason: 'failed',
      detail: expect.stringMatching(/^ECONNREFUSED /),
    });
    const nowhere = siteCertificateObserver({ connectTo: { address: 'no-such-host.invalid', port: 443 } });
    expect((await observeOnce(nowhere)).result).toMatchObject({
      reason: 'not-found',
      detail: expect.stringMatching(/^E(?:NOTFOUND|AI_AGAIN) /),
    });
  });
});
