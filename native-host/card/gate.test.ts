import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  emptyVerify,
  getResponse,
  readBinary,
  readBinaryBySfi,
  selectApplication,
  selectFile,
} from './apdu.ts';
import { Gate } from './gate.ts';
import { fromHex, toHex } from './hex.ts';

const authenticationAid = 'E828BD080FA000000391000000000002';
const signatureAid = 'E828BD080FA000000391000000000001';
const jpkiAid = 'D392F000260100000001';

/** OD → AOD 0001, CD 0004; AOD → reference 88; CD → certificate 0016. Made after ISO 7816-15. */
const od = fromHex('A8063004 04020001 A4063004 04020004');
const aod = fromHex('3017 3005 0C03 50494E 3003 040108 A109 3007 8002 0088 020104');

/** A gate behind which these commands were answered with success. */
function gateAfter(...steps: [command: Uint8Array, data?: Uint8Array][]): Gate {
  const gate = new Gate();
  for (const [command, data = new Uint8Array()] of steps) {
    expect(gate.passes(command)).toBe(true);
    gate.answered(command, data, 0x9000);
  }
  return gate;
}

const inAuthentication: [Uint8Array, Uint8Array?][] = [
  [selectApplication('hpki-authentication')],
  [readBinaryBySfi(0x11, 256), od],
  [selectFile(0x0001)],
  [readBinary(0, 256), aod],
];

describe('the gate in front of the card', () => {
  it('passes what reading a card needs', () => {
    const gate = gateAfter(...inAuthentication, [selectFile(0x0016)], [readBinary(0, 65536)]);
    expect(gate.passes(emptyVerify(0x88))).toBe(true);
    expect(gate.refused).toBe(0);
  });

  it('asks for tries only by a reference that came from this AOD, in this selection', () => {
    expect(gateAfter(...inAuthentication).passes(emptyVerify(0x96))).toBe(false);
    expect(gateAfter([selectApplication('hpki-authentication')]).passes(emptyVerify(0x88))).toBe(false);
    const left = gateAfter(...inAuthentication, [selectApplication('hpki-signature')]);
    expect(left.passes(emptyVerify(0x88))).toBe(false);
    const reset = gateAfter(...inAuthentication);
    reset.forget();
    expect(reset.passes(emptyVerify(0x88))).toBe(false);
  });

  it('learns no reference from any file but the AOD that the OD names', () => {
    const elsewhere = gateAfter(
      [selectApplication('hpki-authentication')],
      [readBinaryBySfi(0x11, 256), od],
      [selectFile(0x0016)],
      [readBinary(0, 256), aod],
    );
    expect(elsewhere.passes(emptyVerify(0x88))).toBe(false);
  });

  it('asks JPKI only for its authentication PIN, with that file selected', () => {
    expect(gateAfter([selectApplication('jpki')]).passes(emptyVerify(0x80))).toBe(false);
    expect(gateAfter([selectApplication('jpki')], [selectFile(0x0018)]).passes(emptyVerify(0x80))).toBe(true);
    for (const command of [selectFile(0x001b), selectFile(0x000a), selectFile(0x0001), readBinary(0, 256)]) {
      expect(gateAfter([selectApplication('jpki')]).passes(command)).toBe(false);
    }
  });

  it('passes GET RESPONSE only right after 61xx, for just that length', () => {
    const gate = new Gate();
    const select = selectApplication('hpki-authentication');
    expect(gate.passes(getResponse(0x14))).toBe(false);
    gate.answered(select, new Uint8Array(), 0x6114);
    expect(gate.passes(getResponse(0x15))).toBe(false);
    expect(gate.passes(getResponse(0x14))).toBe(true);
    gate.answered(getResponse(0x14), new Uint8Array(0x14), 0x9000);
    expect(gate.passes(getResponse(0x14))).toBe(false);
  });

  it('counts what it refuses', () => {
    const gate = new Gate();
    gate.passes(fromHex('0020008804 31323334'));
    gate.passes(selectApplication('hpki-authentication'));
    gate.passes(new Uint8Array());
    expect(gate.refused).toBe(2);
  });
});

/** Every form of command that may ever pass, written down independently of the gate. */
const allowedForms = [
  new RegExp(`^00A4040010(?:${authenticationAid}|${signatureAid})00$`),
  new RegExp(`^00A4040C0A${jpkiAid}$`),
  /^00A4020C02[0-9A-F]{4}$/, // SELECT EF, no data back
  /^00B0[0-9A-F]{4}(?:[0-9A-F]{2}|00[0-9A-F]{4})$/, // READ BINARY, short or extended Le
  /^00C00000[0-9A-F]{2}$/, // GET RESPONSE
  /^002000[0-9A-F]{2}$/, // VERIFY without data: four octets
];

const octet = fc.integer({ min: 0, max: 255 });
/** Commands near the allowed ones: instruction, parameters and lengths mixed at will. */
const nearCommand = fc
  .tuple(
    fc.constantFrom(0x00, 0x00, 0x00, 0x80, 0x10, 0x0c),
    fc.constantFrom(0xa4, 0xb0, 0xc0, 0x20, 0x22, 0x2a, 0xd6, 0xd0, 0xdc, 0x24, 0x2c, 0x88, 0x84, 0xb1, 0x46),
    fc.oneof(fc.constantFrom(0x00, 0x02, 0x04, 0x80 | 0x11, 0x41), octet),
    fc.oneof(fc.constantFrom(0x00, 0x0c, 0x80, 0x88, 0x96, 0xb6), octet),
    fc.oneof(
      fc.constant([] as number[]),
      fc.array(octet, { maxLength: 20 }),
      fc.constantFrom(
        [...fromHex('00')],
        [...fromHex('000000')],
        [...fromHex('0216')],
        [...fromHex('020016')],
        [...fromHex('0431323334')],
        [...fromHex(`10${authenticationAid}00`)],
        [...fromHex(`0A${jpkiAid}`)],
      ),
    ),
  )
  .map(([cla, ins, p1, p2, tail]) => Uint8Array.of(cla, ins, p1, p2, ...tail));

/** The commands the product itself makes, so that sequences reach into the card. */
const ownCommand = fc.oneof(
  fc
    .constantFrom('hpki-authentication' as const, 'hpki-signature' as const, 'jpki' as const)
    .map(selectApplication),
  fc.constantFrom(0x0001, 0x0004, 0x0016, 0x0018).map(selectFile),
  fc.constantFrom(0x11, 0x13, 0x15, 0x18).map((sfi) => readBinaryBySfi(sfi, 256)),
  fc.constantFrom(256, 65536).map((le) => readBinary(0, le)),
  fc.constantFrom(0x80, 0x88, 0x96).map(emptyVerify),
);
const command = fc.oneof(ownCommand, nearCommand, fc.uint8Array({ maxLength: 40 }));
const answer = fc.tuple(
  fc.oneof(fc.constantFrom(od, aod, new Uint8Array()), fc.uint8Array({ maxLength: 64 })),
  fc.constantFrom(0x9000, 0x6114, 0x6c10, 0x6a82, 0x6282, 0x6982),
);

describe('whatever is asked and whatever a card answers', () => {
  it('nothing but the allowed forms ever passes', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(command, answer), { maxLength: 40 }), (steps) => {
        const gate = new Gate();
        let refused = 0;
        for (const [asked, [data, statusWord]] of steps) {
          if (gate.passes(asked)) {
            expect(allowedForms.some((form) => form.test(toHex(asked)))).toBe(true);
            gate.answered(asked, data, statusWord);
          } else {
            refused += 1;
          }
        }
        expect(gate.refused).toBe(refused);
      }),
      { numRuns: 2000 },
    );
  });

  it('no VERIFY that carries data, no key operation and no write ever passes', () => {
    const harmful = fc
      .tuple(
        fc.constantFrom(0x00, 0x10, 0x80, 0x84),
        fc.constantFrom(
          0x20,
          0x22,
          0x24,
          0x2a,
          0x2c,
          0x46,
          0x82,
          0x86,
          0x88,
          0xd0,
          0xd2,
          0xd6,
          0xda,
          0xdc,
          0xe0,
          0xe4,
        ),
        octet,
        octet,
        fc.uint8Array({ minLength: 1, maxLength: 260 }),
      )
      .map(([cla, ins, p1, p2, tail]) => Uint8Array.of(cla, ins, p1, p2, ...tail));
    const gate = gateAfter(...inAuthentication);
    fc.assert(
      fc.property(harmful, (asked) => !gate.passes(asked)),
      { numRuns: 5000 },
    );
  });
});
