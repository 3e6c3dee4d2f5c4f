import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeCard } from '../lab/card/profiles.ts';
import { type Lab, startLab } from '../lab/index.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../lab/temporary-directory.ts';
import { freePortPair, insertIntoVpcd, vpcdConfiguration } from '../lab/vpcd.ts';

/** The virtual cards behind a reader driver that nobody here wrote. */

const run = promisify(execFile);
let lab: Lab;
let folder: TemporaryDirectory;
let port: number;

beforeAll(async () => {
  folder = await temporaryDirectory('hpki-navi-vpcd-');
  port = await freePortPair();
  lab = await startLab({ readers: 1, configuration: { vpcd: await vpcdConfiguration(folder.path, port) } });
});
afterAll(async () => {
  await lab.stop();
  await folder.remove();
});

it('are read the same through stock vpcd', async () => {
  const name = lab.readers.find((reader) => reader.startsWith('Virtual PCD')) ?? '';
  expect(lab.readers).toEqual(expect.arrayContaining([expect.stringMatching(/RC-S300/), name]));
  const commands = [
    '00A4040010E828BD080FA00000039100000000000200',
    '00200088',
    '00B09100000000',
    '00A4020C020016',
    '00B00000000000',
  ];
  await lab.insert('pharmacist');
  const own = await lab.send(commands);
  const card = makeCard(lab.pki, 'pharmacist');
  const { remove } = await insertIntoVpcd(card, port);
  // vpcd looks for a card every 400 ms.
  let answers: string[] = [];
  while (answers.length !== commands.length) {
    answers = await lab.send(commands, { name });
    if (answers.length !== commands.length) await sleep(100);
  }
  expect(answers).toEqual(own);
  remove();
});

it('is read by OpenSC through stock vpcd', async () => {
  const number = lab.readers.findIndex((reader) => reader.startsWith('Virtual PCD'));
  const { remove } = await insertIntoVpcd(makeCard(lab.pki, 'mynumber'), port);
  const read = () =>
    run('pkcs15-tool', ['--reader', String(number), '--wait', '--read-certificate', '01'], {
      env: { ...process.env, ...lab.environment },
      timeout: 20_000,
    });
  const { stdout } = await read().catch(() => sleep(500).then(read));
  const { authentication } = lab.pki.persons.mynumber;
  expect(stdout.replace(/\s/g, '')).toContain(authentication?.certificate.pem.replace(/\s/g, ''));
  remove();
});
