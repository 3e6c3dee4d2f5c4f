import { setTimeout as sleep } from 'node:timers/promises';
import type { CardFacts } from '../../common/protocol/index.ts';
import { HostClient } from '../integration/host-client.ts';
import {
  type CardOptions,
  type ClientRelay,
  type Lab,
  type ProfileId,
  startLab,
  TEST_PIN,
} from '../lab/index.ts';
import { type Outcome, rightIf } from './ledger.ts';
import { found, personalWords } from './personal-data.ts';
import { type FaultRun, rounds } from './run.ts';

const area = 'card and reader';

/** Faults of cards, readers, other programs and pcscd, into a real host on a real pcscd. */
export async function cardFaults(run: FaultRun): Promise<void> {
  run.say('card and reader');
  // The reader's patience is shorter than a person's, so that a silent card does not take the run's time.
  const lab = await startLab({ transmitTimeout: 300 });
  // A way of its own to pcscd, so that what the host sends is counted apart.
  const hostsWay = await lab.clientRelay('host');
  const host = new HostClient(run.launcher, { ...hostsWay.environment, HPKI_NAVI_READ_MS: '4000' });
  const desk = new Desk(run, lab, host, hostsWay);
  try {
    await host.watch();
    await rounds(
      run,
      [
        ...removals(desk),
        ...answers(desk),
        ...contents(desk),
        ...otherPrograms(desk),
        ...readerAndService(desk),
      ],
      async () => {
        run.steadiness.addProcess('host, under faults of card and reader', host.process.pid);
        const [cardProcess] = host.children();
        run.steadiness.addProcess('its card process, the one at the time', cardProcess);
      },
    );
    const { ledger } = run;
    ledger.pinAttemptsByHost += hostsWay.counts().pinAttempts;
    ledger.add(
      area,
      'the host ends when its port closes',
      1,
      rightIf({ 'exit code 0': (await host.close()).code === 0 }),
    );
    for (const word of found(personalWords(lab.pki, { usernames: true }), host.errors))
      ledger.personalData.push(`host's error output: ${word}`);
  } finally {
    host.process.kill('SIGKILL');
    await lab.stop();
  }
  await tenReaders(run);
}

/** The lab, the host, and what is asked after each fault. */
class Desk {
  readonly run: FaultRun;
  readonly lab: Lab;
  readonly host: HostClient;
  readonly hostsWay: ClientRelay;

  constructor(run: FaultRun, lab: Lab, host: HostClient, hostsWay: ClientRelay) {
    this.run = run;
    this.lab = lab;
    this.host = host;
    this.hostsWay = hostsWay;
  }

  inject(fault: string, detail: string, body: () => Promise<Outcome>): Promise<boolean> {
    return this.run.ledger.inject(
      area,
      fault,
      async () => {
        await this.clear();
        const outcome = await body();
        await this.usable();
        return outcome;
      },
      { detail, ms: 15_000 },
    );
  }

  insert(profile: ProfileId = 'pharmacist', options: CardOptions = {}): Promise<CardFacts> {
    return this.host.cardAfter(() => this.lab.insert(profile, options));
  }

  private async clear(): Promise<void> {
    if (!this.lab.pcscdRunning) await this.lab.fault({ kind: 'pcscd-start' });
    await this.lab.plug();
    await this.lab.fault({ kind: 'none' });
    await this.lab.remove();
    await this.toldEmpty();
  }

  /**
   * Not faster than a person: pcsc-lite holds a reader for unchanged when its first card was out and in again before
   * anybody looked. (Its count of changes is 0 then, which a client can't ask to be compared.)
   */
  private async toldEmpty(): Promise<void> {
    for (;;) {
      const from = this.host.events.length;
      const told = this.host.facts('readers', () => true, from);
      await this.host.ask({ type: 'observe', subjects: ['readers'] });
      if ((await told).readers.every(({ state }) => state !== 'present')) return;
      await sleep(20);
    }
  }

  /** The next ordinary card is read to the end, and its PIN has lost no try. */
  private async usable(): Promise<void> {
    await this.clear();
    // A card that was in the reader before may still be told: what counts is that this one is, too, and rightly.
    const read = this.host.facts(
      'card',
      ({ certificate, pin, stopped }) =>
        certificate?.form === 'read' && pin?.statusWord === '63CF' && stopped === undefined,
      this.host.events.length,
    );
    await this.lab.insert('pharmacist');
    await read;
    this.host.events.length = 0;
  }
}

type Faults = (() => Promise<unknown>)[];

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/** Commands of a reading: 7 with extended length, about 12 without. */
function removals(desk: Desk): Faults {
  const cards: [ProfileId, boolean, number][] = [
    ['pharmacist', true, 7],
    ['pharmacist', false, 12],
    ['pharmacist-guideline-layout', true, 5],
    ['mynumber', true, 5],
  ];
  return cards.flatMap(([profile, extendedLength, apdus]) =>
    upTo(apdus).map(
      (apdu) => () =>
        desk.inject('card removed at an APDU', `${profile}, APDU ${apdu}`, async () => {
          await desk.lab.fault({ kind: 'remove-at', apdu });
          const { stopped, apdus: answered } = await desk.insert(profile, { extendedLength });
          return rightIf({ 'told as removed': stopped?.by === 'removed' || answered < apdu });
        }),
    ),
  );
}

function answers(desk: Desk): Faults {
  const { lab, run } = desk;
  return [
    ...upTo(7).map(
      (apdu) => () =>
        desk.inject('no answer to an APDU', `APDU ${apdu}`, async () => {
          await lab.fault({ kind: 'mute-at', apdu });
          const { stopped, certificate } = await desk.insert();
          return rightIf({ 'told, or read another way': stopped !== undefined || certificate !== undefined });
        }),
    ),
    ...upTo(7).map(
      (apdu) => () =>
        desk.inject('answer of a wrong length', `APDU ${apdu}`, async () => {
          const bytes = run.random.pick([0, 1, 2, 3, 255, 257, 258, 4096, 65_000]);
          await lab.fault({ kind: 'length-at', apdu, bytes });
          const facts = await desk.insert();
          return rightIf({ [`an end is told (${bytes} octets)`]: facts.apdus <= 96 });
        }),
    ),
    ...upTo(7).map(
      (apdu) => () =>
        desk.inject('another status word', `APDU ${apdu}`, async () => {
          const status = run.random.pick([
            0x6283,
            0x6300,
            0x6700,
            0x6881,
            0x6982,
            0x6983,
            0x6a82,
            0x6a86,
            0x6b00,
            0x6c00,
            0x6d00,
            0x6e00,
            0x6f00,
            0x6100,
            0x61ff,
            0x0000,
            0xffff,
            run.random.whole(0, 0xffff),
          ]);
          await lab.fault({ kind: 'status-at', apdu, status });
          const facts = await desk.insert();
          return rightIf({ [`an end is told (${status.toString(16)})`]: facts.apdus <= 96 });
        }),
    ),
    ...(['61', '6C'] as const).map(
      (status) => () =>
        desk.inject('endless 61xx or 6Cxx', status, async () => {
          await lab.fault({ kind: 'endless', status });
          return rightIf({ 'an end comes': (await desk.insert()).apdus <= 96 });
        }),
    ),
    () =>
      desk.inject('slow card', '120 ms an APDU', async () => {
        await lab.fault({ kind: 'latency', perApdu: 120, perByte: 0.3 });
        const facts = await desk.insert();
        return rightIf({ 'read all the same': facts.certificate?.form === 'read' });
      }),
    () =>
      desk.inject('card that never answers to reset', 'mute', async () =>
        rightIf({ 'told as mute': (await desk.insert('mute')).stopped?.by === 'mute' }),
      ),
  ];
}

function contents(desk: Desk): Faults {
  return ([0, 1, 60_000, 'longer', 'shorter', 'indefinite', 'huge'] as const).map(
    (content) => () =>
      desk.inject('certificate that lies, or of 0, 1, 60,000 bytes', String(content), async () => {
        await desk.lab.fault({ kind: 'certificate', content });
        const extendedLength = desk.run.random.next() < 0.5;
        const { certificate, pin } = await desk.insert('pharmacist', { extendedLength });
        return rightIf({
          'told as malformed': certificate?.form === 'malformed',
          'PIN still asked for': pin !== undefined,
        });
      }),
  );
}

/** SELECT of the authentication application, and its PIN's reference on cards as seen. */
const selectApplication = '00A4040010E828BD080FA00000039100000000000200';
const verify = `0020008804${Buffer.from(TEST_PIN).toString('hex')}`;
const askTries = '00200088';

function otherPrograms(desk: Desk): Faults {
  const { lab, host, run } = desk;
  return [
    ...upTo(7).map(
      (apdu) => () =>
        desk.inject('card reset by another program', `about APDU ${apdu}`, async () => {
          await lab.fault({ kind: 'latency', perApdu: 20, perByte: 0 });
          const read = host.facts('card');
          await lab.insert('pharmacist');
          await sleep(20 * (apdu - 1));
          await lab.fault({ kind: 'reset' });
          return rightIf({ 'read all the same': (await read).certificate?.form === 'read' });
        }),
    ),
    () =>
      desk.inject('another program’s PIN is verified', 'observed and asked meanwhile', async () => {
        await desk.insert();
        await lab.fault({ kind: 'latency', perApdu: 25, perByte: 0 });
        const before = desk.hostsWay.counts().apdus;
        const commands = [selectApplication, verify, ...Array.from({ length: 12 }, () => askTries)];
        const session = lab.send(commands);
        for (let asked = 0; asked < 5; asked += 1) {
          await host.ask({ type: 'observe', subjects: ['pcsc-service', 'readers', 'card'] });
          await sleep(run.random.whole(1, 50));
        }
        const answers = await session;
        return rightIf({
          'its PIN stays verified': answers.slice(1).every((answer) => answer === '9000'),
          'no APDU by the host': desk.hostsWay.counts().apdus === before,
        });
      }),
    ...(['exclusive', 'transaction'] as const).map(
      (mode) => () =>
        desk.inject('card held by another program', mode, async () => {
          await lab.insert('foreign-card');
          await host.facts('card');
          await lab.fault({ kind: 'hold', mode });
          const [reader = ''] = lab.readers;
          const answer = await host.ask({ type: 'reread', reader });
          await lab.fault({ kind: 'release' });
          return rightIf({ 'the request is answered': answer.type === 'done' });
        }),
    ),
  ];
}

function readerAndService(desk: Desk): Faults {
  const { lab, host } = desk;
  return [
    ...upTo(8).map(
      (point) => () =>
        desk.inject('reader unplugged while a card is read', `after ${(point - 1) * 20} ms`, async () => {
          await lab.fault({ kind: 'latency', perApdu: 20, perByte: 0 });
          await lab.insert('pharmacist');
          await sleep((point - 1) * 20);
          const from = host.events.length;
          const gone = host.facts('readers', ({ readers }) => readers.length === 0, from);
          await lab.unplug();
          await gone;
          const back = host.facts('readers', ({ readers }) => readers.length === 1, host.events.length);
          await lab.plug();
          await back;
          return rightIf({});
        }),
    ),
    ...upTo(8).map(
      (point) => () =>
        desk.inject('pcscd killed and started again', `after ${(point - 1) * 20} ms`, async () => {
          await lab.fault({ kind: 'latency', perApdu: 20, perByte: 0 });
          await lab.insert('pharmacist');
          await sleep((point - 1) * 20);
          const from = host.events.length;
          const down = host.facts('pcsc-service', ({ state }) => state !== 'running', from);
          await lab.fault({ kind: 'pcscd-kill' });
          await down;
          const next = host.events.length;
          const up = host.facts('pcsc-service', ({ state }) => state === 'running', next);
          const read = host.facts('card', ({ certificate }) => certificate?.form === 'read', next);
          await lab.fault({ kind: 'pcscd-start' });
          await up;
          await read; // the card never left its reader
          return rightIf({});
        }),
    ),
  ];
}

/** Cards go in and out of ten readers in any order; what the host says last is how things are. */
async function tenReaders(run: FaultRun): Promise<void> {
  const lab = await startLab({ readers: 10 });
  const host = new HostClient(run.launcher, lab.environment);
  try {
    await host.watch();
    const moves = run.extent === 'quick' ? 40 : 400;
    await run.ledger.inject(
      area,
      'ten readers, cards in and out',
      async () => {
        for (let move = 0; move < moves; move += 1) {
          const reader = run.random.whole(0, 9);
          if (lab.card(reader) === undefined)
            await lab.insert(
              run.random.pick(['pharmacist', 'pharmacist-2', 'mynumber', 'foreign-card'] as const),
              { reader },
            );
          else await lab.remove(reader);
          if (run.random.next() < 0.3) await sleep(run.random.whole(0, 30));
        }
        const wanted = lab.readers.map((_, reader) => lab.card(reader) !== undefined);
        await host.facts(
          'readers',
          ({ readers }) =>
            readers.length === 10 &&
            lab.readers.every(
              (name, index) =>
                (readers.find((one) => one.name === name)?.state === 'present') === wanted[index],
            ),
        );
        const from = host.events.length;
        await host.ask({ type: 'observe', subjects: ['card'] });
        const told = new Set(
          host.events.slice(from).flatMap((event) => {
            if (event.type !== 'observation' || event.observation.subject !== 'card') return [];
            const { result } = event.observation;
            return result.outcome === 'observed' ? [result.facts.reader] : [];
          }),
        );
        const lost = lab.readers.filter((name, index) => wanted[index] && !told.has(name)).length;
        return rightIf({ 'every card told': lost === 0 }, lost);
      },
      { ms: 120_000, detail: `${moves} moves` },
    );
    run.ledger.pinAttemptsByHost += lab.counts().pinAttempts;
    await host.close();
  } finally {
    host.process.kill('SIGKILL');
    await lab.stop();
  }
}
