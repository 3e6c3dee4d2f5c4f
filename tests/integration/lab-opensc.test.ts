import { execFile } from 'node:child_process';
import { verify, X509Certificate } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Lab, startLab, TEST_PIN } from '../lab/index.ts';
import { openscModule } from '../lab/nss.ts';
import { openscConfiguration } from '../lab/opensc.ts';

/** OpenSC, which nobody here wrote, reads the virtual cards through a real pcscd and signs with them. */

const run = promisify(execFile);
let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
  await writeFile(join(lab.directory, 'opensc.conf'), openscConfiguration());
  await writeFile(join(lab.directory, 'data'), 'registration');
});
afterAll(() => lab.stop());
beforeEach(() => lab.resetCounts());

/** Runs one of OpenSC's tools; for an HPKI card under the configuration that forces a signing driver. */
async function opensc(card: 'jpki' | 'hpki', tool: string, ...args: string[]): Promise<string> {
  const configuration = card === 'hpki' ? { OPENSC_CONF: join(lab.directory, 'opensc.conf') } : {};
  const { stdout, stderr } = await run(tool, args, {
    env: { ...process.env, ...lab.environment, ...configuration },
    timeout: 30_000,
  });
  return `${stdout}${stderr}`;
}

const pkcs11 = (card: 'jpki' | 'hpki', ...args: string[]) =>
  opensc(card, 'pkcs11-tool', '--module', openscModule, ...args);

async function isSignatureOf(pem: string | undefined, file: string): Promise<boolean> {
  const data = await readFile(join(lab.directory, 'data'));
  return verify('sha256', data, new X509Certificate(pem ?? '').publicKey, await readFile(file));
}

describe('OpenSC with the virtual My Number card', () => {
  it('recognises it and reads its certificates without a PIN', async () => {
    await lab.insert('mynumber');
    expect(await opensc('jpki', 'opensc-tool', '-n')).toMatch(/jpki/i);
    const objects = await pkcs11('jpki', '-O');
    expect(objects).toContain('User Authentication Certificate');
    expect(objects).toContain('serial:     0100A1');
    expect(lab.counts().pinAttempts).toBe(0);
  });

  it('signs with it, and the signature is that of the certificate', async () => {
    await lab.insert('mynumber');
    const signature = join(lab.directory, 'jpki.sig');
    await pkcs11(
      'jpki',
      ...['--login', '--pin', TEST_PIN, '--sign', '-m', 'SHA256-RSA-PKCS', '--id', '01'],
      ...['-i', join(lab.directory, 'data'), '-o', signature],
    );
    const { authentication } = lab.pki.persons.mynumber;
    expect(await isSignatureOf(authentication?.certificate.pem, signature)).toBe(true);
    expect(lab.counts().pinAttempts).toBe(1);
    expect(lab.trace().some(({ command }) => command.includes(Buffer.from(TEST_PIN).toString('hex')))).toBe(
      false,
    );
  });

  it('sees a wrong PIN as wrong, and the card counts it', async () => {
    const card = await lab.insert('mynumber');
    await expect(
      pkcs11(
        'jpki',
        '--login',
        '--pin',
        '9999',
        '--sign',
        '-m',
        'SHA256-RSA-PKCS',
        '-i',
        join(lab.directory, 'data'),
      ),
    ).rejects.toThrow(/CKR_PIN_INCORRECT/);
    expect(card.tries).toEqual([2, 5]);
  });
});

describe.each(['pharmacist', 'pharmacist-guideline-layout', 'pharmacist-contactless'] as const)(
  'OpenSC with the virtual HPKI card %s, which makes it the concessions it needs',
  (profile) => {
    it('finds both applications and their certificates without a PIN', async () => {
      await lab.insert(profile, { opensc: true });
      const slots = await Promise.all(['0', '1'].map((slot) => pkcs11('hpki', '-O', '--slot', slot)));
      expect(slots[0]).toContain('serial:     01513B');
      expect(slots[0]).toContain('T00100-jpa');
      expect(slots[1]).toContain('serial:     01523B');
      expect(lab.counts()).toMatchObject({ pinAttempts: 0 });
    });

    it('signs with the authentication key', async () => {
      await lab.insert(profile, { opensc: true });
      const signature = join(lab.directory, 'hpki.sig');
      await pkcs11(
        'hpki',
        ...['--slot', '0', '--login', '--pin', TEST_PIN, '--sign', '-m', 'SHA256-RSA-PKCS', '--id', '01'],
        ...['-i', join(lab.directory, 'data'), '-o', signature],
      );
      const { authentication } = lab.pki.persons.pharmacist;
      expect(await isSignatureOf(authentication?.certificate.pem, signature)).toBe(true);
    });
  },
);

describe('a card without the concessions', () => {
  it('offers OpenSC nothing, as a real card might', async () => {
    await lab.insert('pharmacist');
    expect(await pkcs11('hpki', '-L')).not.toContain('HPKI Application');
  });

  it.each([
    ['applicationDirectory', 'HPKI Application'],
    ['fileControl', '01513B'],
  ] as const)('%s is needed even for reading', async (concession, missing) => {
    const all = {
      applicationDirectory: true,
      fileControl: true,
      keepPinOnReselect: true,
      padsDigestInfo: true,
      twoBytePaths: true,
      selectByPath: true,
    };
    await lab.insert('pharmacist', { opensc: { ...all, [concession]: false } });
    const seen = await pkcs11('hpki', '-O', '--slot', '0').catch((error: Error) => error.message);
    expect(seen).not.toContain(missing);
  });
});
