import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type CardOptions, makeCard, type ProfileId } from '../../tests/lab/card/profiles.ts';
import { makeTestPki, type TestPki } from '../../tests/lab/pki/index.ts';
import { ReadingCalledOff } from './exchange.ts';
import { type FakeCard, FakePort, type Mishap } from './fakes/fake-port.ts';
import { fromHex } from './hex.ts';
import { pcsc } from './pcsc-codes.ts';
import { type CardReading, readCard } from './read-card.ts';
import { readProfile } from './read-profile.ts';

const reader = 'Reader 00 00';
let pki: TestPki;
beforeAll(async () => {
  pki = await makeTestPki();
});

function card(profile: ProfileId, options: CardOptions = {}) {
  return makeCard(pki, profile, options);
}

async function read(port: FakePort, changes: Partial<CardReading> = {}) {
  return readCard({
    port,
    reader,
    insertion: 1,
    readProfile: async (der) => readProfile(der),
    calledOff: new AbortController().signal,
    transactionMs: 1000,
    ...changes,
  });
}

function portWith(inserted: FakeCard): FakePort {
  const port = new FakePort();
  port.insert(inserted);
  return port;
}

describe('an HPKI card', () => {
  it.each([
    ['pharmacist', 'observed', '88'],
    ['pharmacist-guideline-layout', 'guideline', '96'],
  ] as const)('%s is read in its layout', async (profile, layout, reference) => {
    const port = portWith(card(profile));
    const facts = await read(port);
    expect(facts).toMatchObject({
      applications: [{ name: 'hpki-authentication', statusWord: '9000' }],
      layout,
      certificate: { form: 'read', profile: { kind: 'hpki-authentication' } },
      pin: { reference, statusWord: '63CF' },
      extendedLength: true,
    });
    expect(facts.stopped).toBeUndefined();
    expect(facts.apdus).toBe(port.sent.length);
    expect(facts.apdus).toBeLessThanOrEqual(8);
    expect(port.open).toBe(0);
  });

  it.each(['pharmacist', 'pharmacist-guideline-layout'] as const)(
    '%s without extended length takes at most 14 APDUs',
    async (profile) => {
      const facts = await read(portWith(card(profile, { extendedLength: false })));
      expect(facts).toMatchObject({ certificate: { form: 'read' }, pin: { statusWord: '63CF' } });
      expect(facts.extendedLength).toBe(false);
      expect(facts.apdus).toBeLessThanOrEqual(14);
    },
  );

  it.each(['pharmacist', 'pharmacist-guideline-layout'] as const)(
    '%s is read with every concession to other software, and with every way to answer',
    async (profile) => {
      for (const shortRead of ['6282', '6Cxx', '9000'] as const) {
        for (const responsesByGetResponse of [false, true]) {
          for (const extendedLength of [false, true]) {
            const traits = { shortRead, responsesByGetResponse };
            const facts = await read(portWith(card(profile, { opensc: true, extendedLength, traits })));
            expect(facts).toMatchObject({ certificate: { form: 'read' }, pin: { statusWord: '63CF' } });
          }
        }
      }
    },
  );

  it('is read over T=0 in short reads', async () => {
    const port = portWith(card('pharmacist'));
    port.protocol = 'T0';
    expect(await read(port)).toMatchObject({ certificate: { form: 'read' }, extendedLength: false });
    expect(port.sent.filter((command) => command.length === 14 && command.startsWith('00B0'))).toEqual([]);
  });

  it('tells the tries left without spending one', async () => {
    for (const [profile, statusWord] of [
      ['pin-1-left', '63C1'],
      ['pin-locked', '6983'],
    ] as const) {
      const inserted = card(profile);
      const before = inserted.tries;
      expect(await read(portWith(inserted))).toMatchObject({ pin: { statusWord } });
      expect(inserted.tries).toEqual(before);
    }
  });

  it('with the signature application only has no authentication certificate', async () => {
    const facts = await read(portWith(card('signature-only')));
    expect(facts.applications).toEqual([
      { name: 'hpki-authentication', statusWord: '6A82' },
      { name: 'hpki-signature', statusWord: '9000' },
    ]);
    expect(facts.certificate).toBeUndefined();
    expect(facts.apdus).toBe(2);
  });
});

describe('other cards', () => {
  it('a My Number card tells its tries and nothing about the person', async () => {
    const port = portWith(card('mynumber'));
    const facts = await read(port);
    expect(facts.applications.at(-1)).toEqual({ name: 'jpki', statusWord: '9000' });
    expect(facts.pin).toEqual({ reference: '80', statusWord: '63C3' });
    expect(facts.certificate).toBeUndefined();
    expect(port.sent.slice(-2)).toEqual(['00A4020C020018', '00200080']);
  });

  it('a stranger is asked for each application once', async () => {
    const facts = await read(portWith(card('foreign-card')));
    expect(facts.applications.map(({ statusWord }) => statusWord)).toEqual(['6A82', '6A82', '6A82']);
    expect(facts.stopped).toBeUndefined();
  });

  it('a mute card stops with its code', async () => {
    expect((await read(portWith(card('mute')))).stopped).toEqual({
      by: 'mute',
      pcscCode: '80100066',
      afterApdus: 0,
    });
  });
});

describe('trouble at every command', () => {
  const mishaps: [Mishap, string][] = [
    ['removed', 'removed'],
    ['not-transacted', 'removed'],
    ['no-bytes', 'protocol'],
    ['one-byte', 'protocol'],
  ];
  it.each(mishaps)('%s stops the reading and tells what had been learnt', async (mishap, by) => {
    for (const profile of ['pharmacist', 'pharmacist-guideline-layout', 'mynumber'] as const) {
      const whole = await read(portWith(card(profile)));
      for (let at = 1; at <= whole.apdus; at++) {
        const port = portWith(card(profile));
        port.mishap = (command) => (command === at ? mishap : undefined);
        const removedMeanwhile = async () => port.readers[0]?.state === 'empty';
        const facts = await read(port, { removedMeanwhile });
        expect(facts.stopped).toMatchObject({ by, afterApdus: at - 1 });
        expect(port.open).toBe(0);
      }
    }
  });

  it('a card that another program resets before we are connected is read all the same; one without a protocol is told', async () => {
    const port = portWith(card('pharmacist'));
    port.refusals = { times: 1, code: pcsc.protocolMismatch };
    expect(await read(port)).toMatchObject({ certificate: { form: 'read' }, pin: { statusWord: '63CF' } });
    expect(port.open).toBe(0);
    port.refusals = { times: 2, code: pcsc.protocolMismatch };
    expect((await read(port)).stopped).toMatchObject({ by: 'protocol', pcscCode: '8010000F' });
  });

  it('a reset by another program is read again once, and told the second time', async () => {
    for (let at = 1; at <= 7; at++) {
      const port = portWith(card('pharmacist'));
      let resets = 0;
      port.mishap = (command) => (command === at && resets++ === 0 ? 'reset' : undefined);
      expect(await read(port)).toMatchObject({ certificate: { form: 'read' }, pin: { statusWord: '63CF' } });
    }
    const always = portWith(card('pharmacist'));
    always.mishap = () => 'reset';
    expect((await read(always)).stopped).toMatchObject({ by: 'reset', pcscCode: '80100068' });
  });

  it('another program that keeps the card is told, and the card handed back when it lets go', async () => {
    const port = portWith(card('pharmacist'));
    const { promise, resolve } = Promise.withResolvers<void>();
    port.free = promise;
    const released = Promise.withResolvers<void>();
    const facts = await read(port, { transactionMs: 5, onReleased: released.resolve });
    expect(facts.stopped).toMatchObject({ by: 'exclusive', afterApdus: 0 });
    expect(port.sent).toEqual([]);
    resolve();
    await released.promise;
    expect(port.open).toBe(0);
  });

  it('called off, nothing more is sent', async () => {
    const port = portWith(card('pharmacist'));
    const off = new AbortController();
    port.mishap = (command) => {
      if (command === 4) off.abort();
      return undefined;
    };
    await expect(read(port, { calledOff: off.signal })).rejects.toBeInstanceOf(ReadingCalledOff);
    expect(port.sent).toHaveLength(4);
    expect(port.open).toBe(0);
  });
});

describe('a hostile card', () => {
  /** An HPKI card whose certificate file holds these octets. */
  async function withCertificate(content: Uint8Array, extendedLength: boolean) {
    return read(portWith(card('pharmacist', { certificateContent: content, extendedLength })));
  }

  it.each([true, false])(
    'with a broken certificate (extended length: %s) is told as malformed',
    async (extended) => {
      const der = pki.persons.pharmacist.authentication?.certificate.der ?? new Uint8Array();
      const huge = new Uint8Array(60_000).fill(0x5a);
      huge.set(fromHex('3082EA5C'));
      for (const [content, code] of [
        [new Uint8Array(), 'absent'],
        [Uint8Array.of(0x30), 'not-der'],
        [huge, 'too-long'],
        [der.subarray(0, der.length - 1), 'not-der'],
        [Buffer.concat([fromHex('30820040'), der.subarray(4)]), 'not-a-certificate'],
        [Buffer.concat([fromHex('3080'), der.subarray(4), fromHex('0000')]), 'not-der'],
        [Buffer.concat([fromHex('30847FFFFFFF'), der.subarray(4)]), 'not-der'],
      ] as const) {
        const facts = await withCertificate(content, extended);
        expect(facts.certificate).toMatchObject({ form: 'malformed' });
        if (code !== 'not-a-certificate') expect(facts.certificate).toMatchObject({ code });
        expect(facts.apdus).toBeLessThan(40);
      }
    },
  );

  it('with octets after the certificate is read', async () => {
    const der = pki.persons.pharmacist.authentication?.certificate.der ?? new Uint8Array();
    const facts = await withCertificate(Buffer.concat([der, new Uint8Array(700)]), false);
    expect(facts.certificate).toMatchObject({ form: 'read' });
  });

  it('that says "more" or "wrong Le" for ever comes to an end', async () => {
    for (const answer of ['6100', '61FF', '6C00', '6CFF', '00006100', '5A5A6C10']) {
      const facts = await read(portWith({ reset: () => fromHex('3B00'), transmit: () => fromHex(answer) }));
      expect(facts.apdus).toBeLessThanOrEqual(96);
    }
  });

  it('whatever it answers, ends the reading without an error and without a forbidden command', async () => {
    const statusWord = fc.constantFrom(
      '9000',
      '61FF',
      '6C10',
      '6282',
      '6B00',
      '6A82',
      '6700',
      '63C3',
      '0000',
    );
    const data = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom('A8063004040200 01A406300404020004', '3082FFFF', '30', 'A880', '3080').map(fromHex),
    );
    const answers = fc.array(fc.tuple(data, statusWord), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(answers, async (list) => {
        let next = 0;
        const port = portWith({
          reset: () => fromHex('3B00'),
          transmit: () => {
            const [octets, sw] = list[next++ % list.length] ?? [new Uint8Array(), '9000'];
            return Buffer.concat([octets, fromHex(sw)]);
          },
        });
        const facts = await read(port);
        expect(facts.stopped?.by).not.toBe('refused');
        expect(port.sent.every((command) => /^00(?:A4|B0|C0|2000..$)/.test(command))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
