import type { RunningServer } from '../../server/index.ts';
import { personOf, readQrCode } from '../integration/server-fixture.ts';
import { SoftwarePhone } from '../integration/server-software-phone.ts';
import type { TestPki } from '../lab/pki/index.ts';
import { phonesOf, type Recorded, RecordingVisitor } from './server-process.ts';

export interface Way {
  recorded: Recorded[];
  /** How far the server has said that it was done. */
  said: 'nothing' | 'registered' | 'done';
}

/** The whole journey, over the protocol: manual (4) to (13). `way` tells how far it came when it throws. */
export async function journey(
  server: { running: RunningServer; pki: TestPki },
  way: Way,
  {
    person = 'pharmacist',
    beside,
  }: { person?: Parameters<typeof personOf>[1]; beside?: (request: number) => void } = {},
): Promise<void> {
  const visitor = (userAgent?: string) =>
    new RecordingVisitor(
      { server: server.running, pki: server.pki, recorded: way.recorded, ...(beside ? { beside } : {}) },
      userAgent,
    );
  const pc = visitor();
  const page = await pc.logIn(personOf(server.pki, person).authentication);
  const phone = new SoftwarePhone(phonesOf(visitor));
  await phone.scan(readQrCode(page.body));
  await phone.logIn();
  if ((await phone.register()) !== '/phone/label') throw new Error('the phone was not registered');
  way.said = 'registered';
  if ((await phone.confirmLabel()) !== '/phone/done') throw new Error('the label was not taken');
  way.said = 'done';
  const end = await pc.follow('/registration');
  if (!end.body.includes('登録が完了しました')) throw new Error('the PC does not say that it is done');
}

export const newWay = (): Way => ({ recorded: [], said: 'nothing' });
