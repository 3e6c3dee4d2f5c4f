import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { product } from '../../native-host/package/product.ts';
import { type Lab, startLab } from '../lab/index.ts';
import { lane } from './lane.ts';
import { WindowsMachine, windowsPath } from './windows-machine.ts';

/** `hpki-navi-host inspect` as an administrator runs it, on the lab's reader, through winscard. */
let lab: Lab;
let machine: WindowsMachine;
let executable: string;

beforeAll(async () => {
  lab = await startLab();
  machine = await WindowsMachine.start({ shared: [lane.folder], environment: { ...lab.environment } });
  executable = windowsPath(`${lane.stage}/${product.command}.exe`);
});
afterAll(async () => {
  await machine?.stop();
  await lab?.stop();
});

interface Inspection {
  platform: string;
  observations: { subject: string; result: { outcome: string; facts?: Record<string, unknown> } }[];
}

async function inspect(): Promise<{
  code: number;
  facts: (subject: string) => Record<string, unknown> | undefined;
}> {
  const { code, stdout } = await machine.run(executable, 'inspect', '--json');
  const inspection = JSON.parse(stdout) as Inspection;
  expect(inspection.platform).toBe('win32');
  return {
    code,
    facts: (subject) => inspection.observations.find((entry) => entry.subject === subject)?.result.facts,
  };
}

describe('inspect on Windows', () => {
  it('sees the reader, and no card in it', async () => {
    const { code, facts } = await inspect();
    expect(code).toBe(12);
    expect(facts('pcsc-service')).toMatchObject({ state: 'running' });
    expect(facts('readers')).toMatchObject({ readers: [{ name: lab.readers[0], state: 'empty' }] });
  });

  it('reads the certificate and the tries left from the card', async () => {
    await lab.insert('pharmacist');
    lab.resetCounts();
    const { code, facts } = await inspect();
    expect(code).toBe(0);
    expect(facts('card')).toMatchObject({
      layout: 'observed',
      pin: { statusWord: '63CF' },
      certificate: {
        form: 'read',
        profile: { subject: { commonName: '00100 JPATEST' }, serialNumber: '01513B' },
      },
    });
    expect(lab.counts()).toMatchObject({ pinAttempts: 0 });
    expect(lab.counts().apdus).toBeLessThanOrEqual(8);
    await lab.remove();
  });

  it('says that a card is not an HPKI card', async () => {
    await lab.insert('mynumber');
    expect((await inspect()).code).toBe(14);
    await lab.remove();
  });

  it('takes a card service that waits for its reader for a missing reader', async () => {
    await lab.fault({ kind: 'pcscd-kill' });
    const { code } = await inspect();
    await lab.fault({ kind: 'pcscd-start' });
    expect(code).toBe(11);
  });

  it('prints for a person in Japanese, whatever the code page', async () => {
    await lab.insert('pharmacist');
    const { code, stdout } = await machine.run(executable, 'inspect');
    expect(code).toBe(0);
    expect(stdout).toContain('00100 JPATEST');
    expect(stdout).toContain('シリアル番号: 01513B');
    await lab.remove();
  });
});
