import { execFile } from 'node:child_process';
import { copyFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { product } from '../../native-host/package/product.ts';
import { buildSetup } from '../../native-host/package/setup.ts';
import { type Signer, sign, signerFromEnvironment } from '../../native-host/package/sign.ts';
import { lane } from './lane.ts';
import { WindowsMachine, windowsPath } from './windows-machine.ts';

const run = promisify(execFile);

let folder: string;
let authority: string;
let signer: Signer;

/** A certificate authority and a publisher of this test alone. */
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'hpki-navi-signature-'));
  authority = path.join(folder, 'authority.pem');
  const certificate = path.join(folder, 'publisher.p12');
  const passwordFile = path.join(folder, 'password');
  await writeFile(passwordFile, 'test password');
  const openssl = (...parameters: string[]) => run('openssl', parameters, { cwd: folder });
  const key = ['-newkey', 'rsa:2048', '-nodes'];
  await openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'authority.key',
    '-out',
    'authority.pem',
    '-subj',
    '/CN=Test CA',
  );
  await openssl(
    'req',
    ...key,
    '-keyout',
    'publisher.key',
    '-out',
    'publisher.csr',
    '-subj',
    '/CN=Test publisher',
  );
  await writeFile(path.join(folder, 'usage'), 'extendedKeyUsage=codeSigning\nkeyUsage=digitalSignature\n');
  await openssl(
    ...[
      'x509',
      '-req',
      '-in',
      'publisher.csr',
      '-CA',
      'authority.pem',
      '-CAkey',
      'authority.key',
      '-CAcreateserial',
    ],
    ...['-extfile', 'usage', '-out', 'publisher.pem'],
  );
  await openssl(
    ...[
      'pkcs12',
      '-export',
      '-in',
      'publisher.pem',
      '-inkey',
      'publisher.key',
      '-passout',
      `file:${passwordFile}`,
    ],
    ...['-out', certificate],
  );
  const found = signerFromEnvironment({
    HPKI_NAVI_SIGN_CERTIFICATE: certificate,
    HPKI_NAVI_SIGN_PASSWORD_FILE: passwordFile,
  });
  if (!found) throw new Error('the environment names a certificate');
  signer = found;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What the verifier says, and whether it is content with it. */
async function verify(file: string): Promise<{ valid: boolean; said: string }> {
  const parameters = ['verify', '-CAfile', authority, '-in', file];
  return run('osslsigncode', parameters).then(
    ({ stdout }) => ({ valid: true, said: stdout }),
    (error: { stdout: string }) => ({ valid: false, said: error.stdout }),
  );
}

describe('the signing step', () => {
  it.each([
    ['the host', () => path.join(lane.stage, `${product.command}.exe`)],
    ['koffi', () => path.join(lane.stage, 'koffi.node')],
    ['Setup', () => path.join(lane.packages, `${product.id}-setup-${product.version}-development.exe`)],
    ['the MSI', () => path.join(lane.packages, `${product.id}-${product.version}-development.msi`)],
  ])('signs %s with the certificate it is given', async (_, source) => {
    const file = path.join(folder, path.basename(source()));
    await copyFile(source(), file);
    expect((await verify(file)).valid).toBe(false);
    await sign(file, signer);
    const { valid, said } = await verify(file);
    expect(valid).toBe(true);
    expect(said).toContain('Test publisher');
    await rm(file);
  });

  it('gives a signature that an altered file does not pass', async () => {
    const file = path.join(folder, 'koffi.node');
    await copyFile(path.join(lane.stage, 'koffi.node'), file);
    await sign(file, signer);
    const content = await readFile(file);
    content.writeUInt8(content.readUInt8(5000) ^ 1, 5000);
    await writeFile(file, content);
    expect((await verify(file)).valid).toBe(false);
  });

  it('wants certificate and password together', () => {
    expect(() => signerFromEnvironment({ HPKI_NAVI_SIGN_CERTIFICATE: 'x.p12' })).toThrow('go together');
    expect(signerFromEnvironment({})).toBeUndefined();
  });

  it('signs the uninstaller inside Setup, and the signed host still runs', async () => {
    const stage = path.join(folder, 'stage');
    await cp(lane.stage, stage, { recursive: true });
    await sign(path.join(stage, `${product.command}.exe`), signer);
    const setup = path.join(folder, 'signed-setup.exe');
    await buildSetup({
      stage,
      pictures: lane.pictures,
      output: setup,
      target: 'amd64',
      compression: 'none',
      signer,
    });
    await sign(setup, signer);
    expect((await verify(setup)).valid).toBe(true);
    const machine = await WindowsMachine.start();
    try {
      expect((await machine.run(windowsPath(setup), '/S')).code).toBe(0);
      const installed = `${machine.localAppData}\\Programs\\${product.id}`;
      for (const name of ['uninstall.exe', `${product.command}.exe`]) {
        expect((await verify(machine.unixPath(`${installed}\\${name}`))).said).toContain('Test publisher');
        expect((await verify(machine.unixPath(`${installed}\\${name}`))).valid).toBe(true);
      }
      const { stdout } = await machine.run(`${installed}\\${product.command}.exe`, 'inspect', '--json');
      expect(JSON.parse(stdout)).toMatchObject({ platform: 'win32', hostVersion: product.version });
    } finally {
      await machine.stop();
    }
  });
});
