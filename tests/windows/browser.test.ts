import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { product } from '../../native-host/package/product.ts';
import { type Person, personAt } from '../demo/person.ts';
import { raiseStage, type Stage } from '../demo/stage.ts';
import { registeredExecutable } from './hosted.ts';
import { lane } from './lane.ts';
import { authenticationCsp, personalCertificate, plantDriver } from './planted.ts';
import { WindowsMachine, windowsPath } from './windows-machine.ts';

/**
 * Chromium on Linux with the built extension, and behind it the host that Setup.exe has installed on the Windows
 * machine, which looks at the lab's reader through winscard.
 */
let machine: WindowsMachine;
let stage: Stage;
let person: Person;

beforeAll(async () => {
  machine = await WindowsMachine.start({ shared: [lane.folder] });
  expect((await machine.run(windowsPath(lane.setup), '/S')).code).toBe(0);
  const executable = await registeredExecutable(machine);
  stage = await raiseStage({
    async registerHost(userDataDir, home, socket) {
      const launcher = path.join(home, 'windows-host');
      await machine.writeLauncher(
        launcher,
        { PCSCLITE_CSOCK_NAME: socket },
        windowsPath(lane.relay),
        'direct',
        executable,
      );
      // The manifest that Setup has installed; only the path is one of this machine.
      const installed = path.join(path.dirname(machine.unixPath(executable)), `${product.nativeHost}.json`);
      const manifest = JSON.parse(await readFile(installed, 'utf8')) as Record<string, unknown>;
      const folder = path.join(userDataDir, 'NativeMessagingHosts');
      await mkdir(folder, { recursive: true });
      await writeFile(
        path.join(folder, `${product.nativeHost}.json`),
        JSON.stringify({ ...manifest, path: launcher }),
      );
    },
  });
  // The driver, and the card's certificate where it puts it: without them nobody may start.
  await plantDriver(machine);
  const der = stage.lab.pki.persons.pharmacist.authentication?.certificate.der ?? new Uint8Array();
  await machine.changeRegistry(
    ...personalCertificate(der, { container: 'HPKI', provider: authenticationCsp }),
  );
  await machine.quiet();
  person = await personAt(stage);
});
afterAll(async () => {
  await stage?.stop();
  await machine?.stop();
});

/** As a person does, who waits: under Wine every process of the host starts slowly, on a busy machine very slowly. */
const sees = (selector: string) => person.panel.waitForSelector(selector, { timeout: 120_000 });

const fails = (check: string) => `[data-verdict="blocked"] [data-check="${check}"][data-status="fail"]`;

describe('the panel, with the host installed on Windows', () => {
  it('sees that there is no card', async () => {
    await sees(fails('card-present'));
  });

  it('reads the card that is put in, and lets the person start', async () => {
    await stage.lab.insert('pharmacist');
    await sees('[data-check="certificate"][data-status="pass"]');
    const checks = await person.panel.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('[data-check]')].map(
        ({ dataset }) => `${dataset['check']} ${dataset['status']}`,
      ),
    );
    expect(checks).toEqual(
      expect.arrayContaining(['host pass', 'pcsc-service pass', 'reader pass', 'pin pass']),
    );
    expect(checks.filter((check) => check.endsWith(' fail'))).toEqual([]);
    // Once everything on the PC has been looked at.
    await sees('[data-action="start"]:not([disabled])');
  });

  it('sees it taken out and another put in', async () => {
    await stage.lab.remove();
    await sees(fails('card-present'));
    await stage.lab.insert('expired');
    await sees(fails('certificate-validity'));
    await stage.lab.remove();
    await sees(fails('card-present'));
  });

  it('spent no PIN attempt', () => {
    expect(stage.hostCounts().apdus).toBeGreaterThan(0);
    expect(stage.lab.counts().pinAttempts).toBe(0);
  });
});
