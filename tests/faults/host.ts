import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { parseEvent } from '../../common/protocol/index.ts';
import { encodeFrame } from '../../native-host/messaging/frames.ts';
import { gone, HostClient } from '../integration/host-client.ts';
import { type Lab, startLab } from '../lab/index.ts';
import { type Outcome, rightIf } from './ledger.ts';
import { found, personalWords } from './personal-data.ts';
import { type FaultRun, rounds } from './run.ts';

const area = 'host';
const run = promisify(execFile);

/** Debian's libfaketime, where it is installed. */
const libfaketime = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';

/** Faults of the host's own process, its pipes and its surroundings. */
export async function hostFaults(given: FaultRun): Promise<void> {
  given.say('host');
  const lab = await startLab({ insert: 'pharmacist' });
  const folder = await mkdtemp(join(tmpdir(), 'hpki-navi-faults-'));
  const place = new Place(given, lab, folder);
  try {
    await rounds(given, [...ends(place), ...frames(place), ...pipes(place), ...surroundings(place)]);
    given.ledger.pinAttemptsByHost += lab.counts().pinAttempts;
    for (const word of found(personalWords(lab.pki, { usernames: true }), place.errors))
      given.ledger.personalData.push(`host's error output: ${word}`);
  } finally {
    await run('umount', [join(folder, 'full')]).catch(() => undefined);
    await lab.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

class Place {
  readonly run: FaultRun;
  readonly lab: Lab;
  readonly folder: string;
  /** What all hosts so far have written to their standard error. */
  errors = '';

  constructor(given: FaultRun, lab: Lab, folder: string) {
    this.run = given;
    this.lab = lab;
    this.folder = folder;
  }

  /** Starts a host, injects, and sees that it and its card process have gone, and that the next one reads the card. */
  inject(
    fault: string,
    detail: string,
    body: (host: HostClient) => Promise<Outcome>,
    environment: NodeJS.ProcessEnv = {},
  ): Promise<boolean> {
    return this.run.ledger.inject(
      area,
      fault,
      async () => {
        const host = new HostClient(this.run.launcher, { ...this.lab.environment, ...environment });
        try {
          const outcome = await body(host);
          const children = host.process.exitCode === null && !host.process.killed ? host.children() : [];
          await host.close();
          await gone(children);
          return (await this.nextReads())
            ? outcome
            : { ...outcome, right: false, detail: 'the next host reads nothing' };
        } finally {
          host.process.kill('SIGKILL');
          this.errors += host.errors;
        }
      },
      { detail, ms: 30_000 },
    );
  }

  private async nextReads(): Promise<boolean> {
    const next = new HostClient(this.run.launcher, this.lab.environment);
    try {
      await next.watch();
      return (await next.facts('card')).certificate?.form === 'read';
    } finally {
      await next.close();
    }
  }
}

type Faults = (() => Promise<unknown>)[];

const messages = [
  { type: 'hello', protocol: 1, extensionVersion: '0.1.0' },
  { type: 'watch' },
  { type: 'observe', subjects: ['readers', 'card', 'card-driver'] },
  { type: 'quiet', on: true },
  { type: 'quiet', on: false },
] as const;

function frameOf(message: Readonly<Record<string, unknown>>, id: number): Uint8Array {
  return encodeFrame({ deadlineMs: 20_000, ...message, id }) ?? new Uint8Array();
}

function ends(place: Place): Faults {
  return messages.flatMap((_, last) =>
    (['SIGKILL', 'SIGTERM'] as const).map(
      (signal) => () =>
        place.inject('killed at a message', `${signal} at message ${last + 1}`, async (host) => {
          for (const [index, message] of messages.slice(0, last + 1).entries())
            host.write(frameOf(message, index + 1));
          await sleep(place.run.random.whole(0, 150));
          const children = host.children();
          host.process.kill(signal);
          await host.exited;
          await gone(children);
          return rightIf({});
        }),
    ),
  );
}

function frames(place: Place): Faults {
  const { random } = place.run;
  const alive = async (host: HostClient) => rightIf({ 'it answers': (await host.hello()).type === 'hello' });
  return [
    () =>
      place.inject('frames of garbage', '200 frames', async (host) => {
        for (let count = 0; count < 200; count += 1) {
          const body = random.bytes(random.whole(0, 300));
          const frame = Buffer.alloc(4 + body.length);
          frame.writeUInt32LE(body.length);
          frame.set(body, 4);
          host.write(frame);
        }
        const outcome = await alive(host);
        const told = host.events.filter(({ type }) => type === 'failed').length;
        return { ...outcome, lost: 200 - told };
      }),
    () =>
      place.inject('octets without frames', 'up to 64 KiB, then the end', async (host) => {
        host.write(random.bytes(random.whole(1, 65_536)));
        await sleep(50);
        return rightIf({ 'it ends by itself': (await host.close()).code === 0 });
      }),
    () =>
      place.inject('a frame said to be of up to 4 GiB', 'header and 1 MiB', async (host) => {
        const header = Buffer.alloc(4);
        header.writeUInt32LE(random.whole(2 ** 20, 2 ** 32 - 1));
        host.write(header);
        host.write(new Uint8Array(2 ** 20));
        await host.event(({ type }) => type === 'failed');
        return rightIf({ 'it ends by itself': (await host.close()).code === 0 });
      }),
    () =>
      place.inject('frames split anywhere', '100 requests in pieces of 1 to 7 octets', async (host) => {
        await host.hello();
        const all = Buffer.concat(
          Array.from({ length: 100 }, (_, index) => frameOf({ type: 'observe', subjects: [] }, 1000 + index)),
        );
        for (let at = 0; at < all.length; ) {
          const length = random.whole(1, 7);
          host.write(all.subarray(at, at + length));
          at += length;
          if (random.next() < 0.1) await sleep(0);
        }
        await host.event((event) => event.type === 'done' && event.id === 1099);
        const done = host.events.filter(({ type }) => type === 'done').length;
        return rightIf({}, 100 - done);
      }),
    () =>
      place.inject('requests that lie', '300 mutated requests', async (host) => {
        await host.hello();
        const from = host.events.length;
        for (let count = 0; count < 300; count += 1) {
          const message: Record<string, unknown> = {
            ...random.pick(messages),
            id: count + 1000,
            deadlineMs: 1000,
          };
          message[random.pick(['type', 'id', 'deadlineMs', 'on', 'subjects', 'protocol', '__proto__'])] =
            random.pick([null, -1, 0, 1e308, 'x', '', [], {}, [['card']], true, 'hello', 2 ** 53]);
          host.write(encodeFrame(message) ?? new Uint8Array());
          if (count % 50 === 49) await sleep(5);
        }
        const hello = { type: 'hello', protocol: 1, extensionVersion: '0.1.0' } as const;
        let answer = await host.ask(hello);
        // As long as too many of them are still at work, a request is refused.
        while (answer.type === 'failed') {
          await sleep(50);
          answer = await host.ask(hello);
        }
        host.events.slice(from).forEach((event) => void parseEvent(event));
        return rightIf({ 'it answers': answer.type === 'hello' });
      }),
  ];
}

function pipes(place: Place): Faults {
  return [
    () =>
      place.inject('10,000 messages at once', 'each answered once', async (host) => {
        await host.hello();
        const count = 10_000;
        host.write(
          Buffer.concat(
            Array.from({ length: count }, (_, index) =>
              frameOf({ type: 'observe', subjects: [] }, 10 + index),
            ),
          ),
        );
        const answered = () => host.events.filter(({ type }) => type === 'done' || type === 'failed').length;
        for (let waited = 0; waited < 20_000 && answered() < count; waited += 50) await sleep(50);
        await sleep(100);
        return rightIf({ 'none twice': answered() <= count }, count - answered());
      }),
    () =>
      place.inject('a browser that does not read', '3,000 requests, then it reads', async (host) => {
        await host.watch();
        host.process.stdout?.pause();
        const from = host.events.length;
        for (let id = 100; id < 3100; id += 1) host.write(frameOf({ type: 'observe', subjects: [] }, id));
        await sleep(300);
        host.process.stdout?.resume();
        const answered = () =>
          host.events.slice(from).filter(({ type }) => type === 'done' || type === 'failed').length;
        for (let waited = 0; waited < 15_000 && answered() < 3000; waited += 50) await sleep(50);
        return rightIf({}, 3000 - answered());
      }),
  ];
}

function surroundings(place: Place): Faults {
  const reads = async (host: HostClient): Promise<Outcome> => {
    await host.watch();
    return rightIf({ 'the card is read': (await host.facts('card')).certificate?.form === 'read' });
  };
  const full = join(place.folder, 'full');
  return [
    () => place.inject('no home folder', 'HOME away', reads, { HOME: join(place.folder, 'nowhere') }),
    () => place.inject('no home folder', 'HOME empty', reads, { HOME: '', XDG_CONFIG_HOME: '' }),
    async () => {
      // Home and temporary folder on a file system without a free block; needs root, as the lab does.
      if (!existsSync(full)) {
        await mkdir(full);
        await run('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', full]);
        await run('dd', ['if=/dev/zero', `of=${join(full, 'filler')}`, 'bs=4k']).catch(() => undefined);
      }
      await place.inject('disk full', 'home and temporary folder', reads, { HOME: full, TMPDIR: full });
    },
    ...(existsSync(libfaketime)
      ? (['+400d', '-400d'] as const).map(
          (jump) => () =>
            place.inject('clock set wrong', jump, reads, {
              LD_PRELOAD: libfaketime,
              FAKETIME: jump,
              FAKETIME_DONT_FAKE_MONOTONIC: '1',
            }),
        )
      : []),
    ...(existsSync(libfaketime)
      ? [
          async () => {
            const clock = join(place.folder, 'clock');
            await writeFile(clock, '+0');
            await place.inject(
              'clock jumps',
              'a year on, then back',
              async (host) => {
                await host.watch();
                const answers = [];
                for (const jump of ['+365d', '-365d', '+0']) {
                  await writeFile(clock, jump);
                  answers.push(await host.ask({ type: 'observe', subjects: ['readers', 'card'] }));
                }
                return rightIf({ 'every request answered': answers.every(({ type }) => type === 'done') });
              },
              {
                LD_PRELOAD: libfaketime,
                FAKETIME_TIMESTAMP_FILE: clock,
                FAKETIME_NO_CACHE: '1',
                FAKETIME_DONT_FAKE_MONOTONIC: '1',
              },
            );
          },
        ]
      : []),
  ];
}
