import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { type Fault, type Lab, type LabOptions, type ProfileId, startLab } from '../lab/index.ts';
import { nativeParts } from '../lab/native-parts.ts';

/** The lab on a real pcscd, seen by a PC/SC client in another process. */

const run = promisify(execFile);
const SELECT = '00A4040010E828BD080FA00000039100000000000200';
const SELECTED = '6F128410E828BD080FA0000003910000000000029000';
const TRIES = '00200088';
const CONTACT_ATR = '3BF41300008131FE45004E0000A2';

const started: Lab[] = [];
async function lab(options: LabOptions = {}): Promise<Lab> {
  const made = await startLab({ transmitTimeout: 300, ...options });
  started.push(made);
  return made;
}
afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.stop()));
});

/** Watches a reader by SCardGetStatusChange, without polling. */
async function watch(of: Lab, reader: string) {
  const { client } = await nativeParts();
  const child = spawn(client, ['watch', reader], {
    env: { ...process.env, ...of.environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    next: async (): Promise<string> => {
      const { value, done } = await lines.next();
      return done ? 'ended' : value;
    },
    /** Keeps it from looking while something is done. */
    blindfolded: async (act: () => Promise<unknown>): Promise<void> => {
      child.kill('SIGSTOP');
      try {
        await act();
      } finally {
        child.kill('SIGCONT');
      }
    },
    end: () => child.kill(),
  };
}

async function commandLine(pid: number): Promise<string> {
  return (await run('ps', ['-o', 'args=', '-p', String(pid)]).catch(() => ({ stdout: '' }))).stdout;
}

describe('readers and cards', () => {
  it('appear to clients as events, with the right ATR', async () => {
    const one = await lab();
    const [reader = ''] = one.readers;
    expect(reader).toBe('SONY FeliCa RC-S300/P (lab) 00 00');
    const seen = await watch(one, reader);
    expect(await seen.next()).toBe('empty');
    await one.insert('pharmacist');
    expect(await seen.next()).toBe(`present ${CONTACT_ATR}`);
    await one.remove();
    expect(await seen.next()).toBe('empty');
    await one.insert('mute');
    expect(await seen.next()).toBe('mute');
    await one.remove();
    expect(await seen.next()).toBe('empty');
    await one.insert('pharmacist-contactless');
    expect(await seen.next()).toBe('present 3B888001004E0000F781D100E0');
    await one.unplug();
    expect(await seen.next()).toBe('gone');
    seen.end();
  });

  it('never merge into one when a card is exchanged for another while nobody looks', async () => {
    const one = await lab();
    await one.insert('pharmacist');
    const seen = await watch(one, one.readers[0] ?? '');
    expect(await seen.next()).toBe(`present ${CONTACT_ATR}`);
    await seen.blindfolded(() => one.insert('pharmacist-2'));
    let told = await seen.next();
    if (told === 'empty') told = await seen.next(); // it looked once more before it was stopped
    expect(told).toBe(`present ${CONTACT_ATR}`);
    seen.end();
  });

  it('can be ten, each with its own card', async () => {
    const many = await lab({ readers: 10 });
    expect(many.readers).toHaveLength(10);
    expect(new Set(many.readers).size).toBe(10);
    const profiles: ProfileId[] = [
      'pharmacist',
      'foreign-card',
      'signature-only',
      'pin-1-left',
      'pin-locked',
    ];
    const answers = [
      [SELECTED, '63CF'],
      ['6A82', '6D00'],
      ['6A82', '6A88'],
      [SELECTED, '63C1'],
      [SELECTED, '6983'],
    ];
    for (const [index, profile] of profiles.entries()) await many.insert(profile, { reader: index * 2 });
    const asked = await Promise.all(
      profiles.map((_, index) => many.send([SELECT, TRIES], { reader: index * 2 })),
    );
    expect(asked.map(([select]) => select)).toEqual(answers.map(([select]) => select));
    for (const index of [0, 3, 4]) expect(asked[index]?.[1]).toBe(answers[index]?.[1]);
  });

  it('are unplugged and plugged in again, in the middle of the list too', async () => {
    const many = await lab({ readers: 3 });
    const [first, second, third] = many.readers;
    await many.unplug(1);
    expect(many.readers).toEqual([first, third]);
    await many.unplug(0);
    await many.unplug(2);
    expect(many.readers).toEqual([]);
    await many.plug(1);
    expect(many.readers.map((name) => name.replace(/ \d\d \d\d$/, ''))).toEqual([
      second?.replace(/ \d\d \d\d$/, ''),
    ]);
    await many.insert('pharmacist', { reader: 1 });
    expect(await many.send([SELECT], { reader: 1 })).toEqual([SELECTED]);
  });

  it('can be absent at the start', async () => {
    const one = await lab({ plugged: false });
    expect(one.readers).toEqual([]);
    await expect(one.insert('pharmacist')).rejects.toThrow(/not plugged in/);
    await one.plug();
    await one.insert('pharmacist');
    expect(await one.send([SELECT])).toEqual([SELECTED]);
  });

  it('of two labs side by side know nothing of each other', async () => {
    const [left, right] = await Promise.all([lab({ insert: 'pharmacist' }), lab({ readers: 2 })]);
    expect(left?.readers).toHaveLength(1);
    expect(right?.readers).toHaveLength(2);
    expect(await left?.send([SELECT, TRIES])).toEqual([SELECTED, '63CF']);
    expect(await right?.send([SELECT])).toEqual(['0x8010000C']);
    expect(right?.counts().apdus).toBe(0);
    await left?.fault({ kind: 'pcscd-kill' });
    await right?.insert('pharmacist');
    expect(await right?.send([SELECT])).toEqual([SELECTED]);
  });

  it('keep a card’s counters when the same card comes back', async () => {
    const one = await lab();
    const card = await one.insert('pharmacist');
    expect(await one.send([SELECT, '002000880439393939'])).toEqual([SELECTED, '63CE']);
    await one.remove();
    await one.insert(card);
    expect(await one.send([SELECT, TRIES])).toEqual([SELECTED, '63CE']);
  });
});

describe('counting', () => {
  it('tells APDUs, PIN attempts and empty VERIFYs, and never keeps a PIN', async () => {
    const one = await lab({ insert: 'pharmacist' });
    await one.send([SELECT, TRIES, '002000880431323334', TRIES]);
    expect(one.counts()).toEqual({ apdus: 4, pinAttempts: 1, emptyVerifies: 2 });
    expect(one.trace().map(({ command, status }) => [command, status])).toEqual([
      [SELECT, '9000'],
      [TRIES, '63CF'],
      ['0020008804********', '9000'],
      [TRIES, '9000'],
    ]);
    one.resetCounts();
    expect(one.counts()).toEqual({ apdus: 0, pinAttempts: 0, emptyVerifies: 0 });
  });

  it('tells one client from another by the way it comes', async () => {
    const one = await lab({ insert: 'pharmacist' });
    const host = await one.clientRelay('host');
    const [mine, others] = await Promise.all([
      one.send([SELECT, TRIES, '00B09100000000'], { environment: host.environment }),
      one.send([SELECT]),
    ]);
    expect(mine[0]).toBe(SELECTED);
    expect(others).toEqual([SELECTED]);
    expect(host.counts()).toEqual({ apdus: 3, pinAttempts: 0, emptyVerifies: 1 });
    expect(one.counts().apdus).toBe(4);
    expect(host.trace().map(({ command }) => command)).toEqual([SELECT, TRIES, '00B09100000000']);
  });
});

describe('faults', () => {
  const answersTo = async (fault: Fault, commands = [SELECT, TRIES, TRIES]) => {
    const one = await lab({ insert: 'pharmacist' });
    await one.fault(fault);
    return one.send(commands);
  };

  it('remove-at: the APDU fails, then the card is gone', async () => {
    const [first, ...others] = await answersTo({ kind: 'remove-at', apdu: 2 }, [
      SELECT,
      ...Array<string>(40).fill(TRIES),
    ]);
    expect(first).toBe(SELECTED);
    // As pcscd sees it: an APDU failed, until it noticed that the card is gone.
    for (const answer of others) expect(answer).toMatch(/^0x801000(?:16|69)$/);
    expect(others.at(-1)).toBe('0x80100069');
  });
  it('mute-at: one APDU fails at the reader’s timeout', async () => {
    expect(await answersTo({ kind: 'mute-at', apdu: 2 })).toEqual([SELECTED, '0x80100016', '63CF']);
  });
  it('mute-from: all of them', async () => {
    expect(await answersTo({ kind: 'mute-from', apdu: 2 })).toEqual([SELECTED, '0x80100016', '0x80100016']);
  });
  it('status-at, length-at', async () => {
    expect(await answersTo({ kind: 'status-at', apdu: 2, status: 0x6f00 })).toEqual([
      SELECTED,
      '6F00',
      '63CF',
    ]);
    expect(await answersTo({ kind: 'length-at', apdu: 2, bytes: 1 })).toEqual([SELECTED, '63', '63CF']);
    expect(await answersTo({ kind: 'length-at', apdu: 2, bytes: 0 })).toEqual([SELECTED, '', '63CF']);
    expect(await answersTo({ kind: 'length-at', apdu: 2, bytes: 5 })).toEqual([
      SELECTED,
      '63CF000000',
      '63CF',
    ]);
  });
  it('endless', async () => {
    const more = await answersTo({ kind: 'endless', status: '61' }, [SELECT, '00C0000000']);
    expect(more.every((answer) => answer.endsWith('61FF') && answer.length === 2 * 257)).toBe(true);
    expect(await answersTo({ kind: 'endless', status: '6C' }, ['00B0000000', '00B00000FF'])).toEqual([
      '6CFF',
      '6CFF',
    ]);
  });
  it('certificate: other contents in its file', async () => {
    const one = await lab();
    const read = async () => (await one.send([SELECT, '00A4020C020016', '00B00000000000']))[2] ?? '';
    await one.insert('pharmacist');
    const honest = await read();
    for (const [content, start] of [
      ['longer', '3082FFFF'],
      ['shorter', '30820040'],
      ['indefinite', '3080'],
      ['huge', '30847FFFFFFF'],
    ] as const) {
      await one.fault({ kind: 'certificate', content });
      await one.insert('pharmacist');
      const lying = await read();
      expect(lying.startsWith(start)).toBe(true);
      expect(lying).toContain(honest.slice(8, 400));
    }
    for (const bytes of [0, 1, 60_000]) {
      await one.fault({ kind: 'certificate', content: bytes });
      await one.insert('pharmacist');
      expect(await read()).toHaveLength(bytes === 0 ? 4 : 2 * bytes + 4);
    }
    await one.fault({ kind: 'none' });
    await one.insert('pharmacist');
    expect(await read()).toBe(honest);
  });
  it('reset: the others find out', async () => {
    const one = await lab({ insert: 'pharmacist' });
    await one.fault({ kind: 'latency', perApdu: 50, perByte: 0 });
    const before = one.trace().length;
    const answers = one.send([SELECT, ...Array<string>(20).fill(TRIES)]);
    await expect.poll(() => one.trace().length, { timeout: 20_000 }).toBeGreaterThan(before);
    await one.fault({ kind: 'reset' });
    expect(await answers).toContain('0x80100068');
  });
  it('hold: another program has the card to itself', async () => {
    const one = await lab({ insert: 'pharmacist' });
    await one.fault({ kind: 'hold', mode: 'exclusive' });
    expect(await one.send([SELECT])).toEqual(['0x8010000B']);
    await one.fault({ kind: 'release' });
    expect(await one.send([SELECT])).toEqual([SELECTED]);
  });
  it('none: all is well again', async () => {
    const one = await lab({ insert: 'pharmacist' });
    await one.fault({ kind: 'endless', status: '6C' });
    await one.fault({ kind: 'mute-at', apdu: 1 });
    await one.fault({ kind: 'none' });
    expect(await one.send([SELECT, TRIES])).toEqual([SELECTED, '63CF']);
  });
});

describe('the service', () => {
  it('can be killed and started again on the same socket', async () => {
    const one = await lab({ insert: 'pharmacist' });
    const host = await one.clientRelay('host');
    const name = one.readers[0] ?? '';
    const { PCSCLITE_CSOCK_NAME } = one.environment;
    await one.fault({ kind: 'pcscd-kill' });
    for (const environment of [one.environment, host.environment])
      expect(await one.send([SELECT], { name, environment })).toEqual(['0x8010001D']);
    await one.insert('pharmacist-2');
    await one.fault({ kind: 'pcscd-start' });
    expect(one.environment).toEqual({ PCSCLITE_CSOCK_NAME });
    for (const environment of [one.environment, host.environment])
      expect(await one.send([SELECT, TRIES], { environment })).toEqual([SELECTED, '63CF']);
  });

  it('can be absent at the start', async () => {
    const one = await lab({ pcscd: false });
    expect(await one.send([SELECT], { name: 'any' })).toEqual(['0x8010001D']);
    await one.insert('pharmacist');
    await one.fault({ kind: 'pcscd-start' });
    expect(await one.send([SELECT])).toEqual([SELECTED]);
  });

  it('ends with the lab, and so does its folder', async () => {
    const one = await lab({ insert: 'pharmacist' });
    const pid = one.pcscdPid ?? 0;
    expect(await commandLine(pid)).toContain('pcscd');
    await one.stop();
    expect(await commandLine(pid)).not.toContain('pcscd');
    expect(existsSync(one.directory)).toBe(false);
  });

  it('leaves the machine’s own /run alone', async () => {
    const one = await lab();
    expect((await run('ls', ['-i', `/proc/${one.pcscdPid}/root/run`])).stdout).toContain('pcscd');
    const before = existsSync('/run/pcscd/pcscd.pid');
    await one.fault({ kind: 'pcscd-kill' });
    expect(existsSync('/run/pcscd/pcscd.pid')).toBe(before);
  });
});
