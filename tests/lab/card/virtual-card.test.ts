import { constants, createHash, publicDecrypt, verify, X509Certificate } from 'node:crypto';
import forge from 'node-forge';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Bytes, concat, fromHex, sequence, toHex } from '../der.ts';
import { makeTestPki, type TestPki } from '../pki/index.ts';
import { carriesPin, isEmptyVerify, maskedHex, parseCommand } from './apdu.ts';
import { type CardOptions, makeCard, PROFILES, type ProfileId, TEST_PIN } from './profiles.ts';
import type { VirtualCard } from './virtual-card.ts';

const SELECT_AUTHENTICATION = '00A4040010E828BD080FA00000039100000000000200';
const SELECT_SIGNATURE = '00A4040010E828BD080FA00000039100000000000100';
const VERIFY_88 = `0020008804${Buffer.from(TEST_PIN).toString('hex')}`;
const WRONG_88 = '002000880439393939';

let pki: TestPki;
beforeAll(async () => {
  pki = await makeTestPki();
}, 120_000);

function card(profile: ProfileId, options?: CardOptions): VirtualCard {
  const made = makeCard(pki, profile, options);
  made.reset();
  return made;
}

/** Sends a command and gives the answer as [data, status word], both in hexadecimal. */
function send(to: VirtualCard, command: string): [data: string, sw: string] {
  const answer = toHex(to.transmit(fromHex(command)));
  return [answer.slice(0, -4), answer.slice(-4)];
}
const sw = (to: VirtualCard, command: string) => send(to, command)[1];

function certificate(profile: 'pharmacist' | 'mynumber', use: 'authentication' | 'signature') {
  const issued = pki.persons[profile][use];
  if (issued === undefined) throw new Error('no such certificate');
  return issued.certificate;
}

/** A DigestInfo for SHA-256, and the same padded to the length of a 2048-bit key. */
function digestInfo(text: string): { info: string; block: string } {
  const digest = createHash('sha256').update(text).digest('hex');
  const info = `3031300D060960864801650304020105000420${digest}`.toUpperCase();
  return { info, block: `0001${'FF'.repeat(256 - 3 - info.length / 2)}00${info}` };
}

function isSignature(of: string, signature: string, by: { pem: string }): boolean {
  return verify(
    'sha256',
    Buffer.from(of),
    new X509Certificate(by.pem).publicKey,
    Buffer.from(signature, 'hex'),
  );
}

describe('command APDUs', () => {
  it.each([
    ['00200088', { expected: 0, extended: false }, 0],
    ['00B0000004', { expected: 4, extended: false }, 0],
    ['00B0000000', { expected: 256, extended: false }, 0],
    ['00A4020C020016', { expected: 0, extended: false }, 2],
    ['00A404000201020A', { expected: 10, extended: false }, 2],
    ['00B00000000000', { expected: 65536, extended: true }, 0],
    ['00B00000000123', { expected: 0x123, extended: true }, 0],
    ['002A9E9A0000020102', { expected: 0, extended: true }, 2],
    ['002A9E9A00000201020100', { expected: 256, extended: true }, 2],
  ])('%s', (hex, lengths, dataLength) => {
    const parsed = parseCommand(fromHex(hex));
    expect(parsed).toMatchObject(lengths);
    expect(parsed?.data).toHaveLength(dataLength);
  });
  it.each([
    '',
    '00A4',
    '00A40400',
    '00A404000201',
    '00A404000501020304050607',
    '00B000000000',
    '00B000000000000000',
  ])('%s does not add up, or is case 1', (hex) => {
    const parsed = parseCommand(fromHex(hex));
    expect(parsed === undefined || (hex.length === 8 && parsed.expected === 0)).toBe(true);
  });
  it('never shows the data of a command that can hold a PIN', () => {
    for (const hex of [
      VERIFY_88,
      '0024008808313233343536373800',
      '002C00880431323334',
      '102000880431323334',
    ]) {
      expect(carriesPin(fromHex(hex))).toBe(true);
      expect(maskedHex(fromHex(hex))).toMatch(/^[0-9A-F]{10}\*+$/);
    }
    expect(isEmptyVerify(fromHex('00200088'))).toBe(true);
    expect(maskedHex(fromHex('00200088'))).toBe('00200088');
  });
});

describe('selecting', () => {
  it('finds both HPKI applications by their full names, with FCI', () => {
    const hpki = card('pharmacist');
    expect(send(hpki, SELECT_AUTHENTICATION)).toEqual(['6F128410E828BD080FA000000391000000000002', '9000']);
    expect(send(hpki, SELECT_SIGNATURE)).toEqual(['6F128410E828BD080FA000000391000000000001', '9000']);
  });
  it('enumerates applications by the shortened name', () => {
    const hpki = card('pharmacist');
    expect(send(hpki, '00A4040005E828BD080F00')[0]).toMatch(/01$/);
    expect(send(hpki, '00A4040205E828BD080F00')[0]).toMatch(/02$/);
    expect(sw(hpki, '00A4040205E828BD080F00')).toBe('6A82');
    expect(send(hpki, '00A4040305E828BD080F00')[0]).toMatch(/01$/);
    expect(send(hpki, '00A4040105E828BD080F00')[0]).toMatch(/02$/);
  });
  it('keeps what was selected when a selection fails', () => {
    const hpki = card('pharmacist');
    sw(hpki, SELECT_AUTHENTICATION);
    expect(sw(hpki, '00A4040C0AD392F000260100000001')).toBe('6A82');
    expect(sw(hpki, '00A4020C020016')).toBe('9000');
    expect(sw(hpki, '00A4020C027777')).toBe('6A82');
    expect(sw(hpki, '00B0000004')).toBe('9000');
  });
  it('selects nothing but applications right after a reset', () => {
    const hpki = card('pharmacist');
    expect(sw(hpki, '00A4020C020016')).toBe('6A82');
    expect(sw(hpki, '00B0000004')).toBe('6986');
    expect(sw(hpki, '00200088')).toBe('6A88');
  });
  it('knows no EF.DIR, no file control parameters and no paths unless told to', () => {
    const hpki = card('pharmacist');
    sw(hpki, SELECT_AUTHENTICATION);
    expect(sw(hpki, '00A40800022F0000')).toBe('6A86');
    expect(sw(hpki, '00A4000C023F00')).toBe('6A86');
    expect(sw(hpki, '00A4020002001600')).toBe('6A86');
    expect(sw(hpki, '00A4090C020016')).toBe('6A86');
    const opensc = card('pharmacist', { opensc: true });
    expect(send(opensc, '00A40800022F0000')[0]).toMatch(/^6F/);
    expect(send(opensc, '00B0000000')[0]).toMatch(/^61..4F10E828BD080FA000000391000000000002/);
    sw(opensc, SELECT_AUTHENTICATION);
    const size = certificate('pharmacist', 'authentication')
      .der.length.toString(16)
      .toUpperCase()
      .padStart(4, '0');
    expect(send(opensc, '00A4090002001600')).toEqual([`6F0B8002${size}82010183020016`, '9000']);
  });
  it('is a card without HPKI when it is one', () => {
    for (const profile of ['foreign-card', 'mynumber'] as const)
      expect(sw(card(profile), SELECT_AUTHENTICATION)).toBe('6A82');
    const signatureOnly = card('signature-only');
    expect(sw(signatureOnly, SELECT_AUTHENTICATION)).toBe('6A82');
    expect(sw(signatureOnly, SELECT_SIGNATURE)).toBe('9000');
  });
});

describe('reading', () => {
  function readWhole(from: VirtualCard, length: number): string {
    let whole = '';
    for (let offset = 0; whole.length < length * 2; offset += 256) {
      const [data, status] = send(from, `00B0${offset.toString(16).padStart(4, '0')}00`);
      if (status !== '9000') throw new Error(`${status} at ${offset}`);
      whole += data;
    }
    return whole;
  }

  it('gives the certificate in blocks of 256 bytes, and at once with extended Le', () => {
    const hpki = card('pharmacist');
    const { der } = certificate('pharmacist', 'authentication');
    sw(hpki, SELECT_AUTHENTICATION);
    sw(hpki, '00A4020C020016');
    expect(readWhole(hpki, der.length)).toBe(toHex(der));
    expect(send(hpki, '00B00000000000')).toEqual([toHex(der), '9000']);
  });
  it('keeps the guideline: paths by SFI, and FID 0016 is the PIN there', () => {
    const hpki = card('pharmacist-guideline-layout');
    const { der } = certificate('pharmacist', 'authentication');
    sw(hpki, SELECT_AUTHENTICATION);
    expect(send(hpki, '00B0910000')[0]).toBe('A00530030401A0A40530030401A8A8053003040198');
    expect(send(hpki, '00B09800000000')).toEqual([toHex(der), '9000']);
    expect(sw(hpki, '00A4020C020016')).toBe('9000');
    expect(sw(hpki, '00B0000000')).toBe('6981');
    expect(sw(hpki, '00200096')).toBe('63CF');
    expect(sw(hpki, '00200088')).toBe('6A88');
  });
  it('points from EF.OD to the files of the observed layout', () => {
    const hpki = card('pharmacist');
    sw(hpki, SELECT_AUTHENTICATION);
    expect(send(hpki, '00B0910000')[0]).toBe(
      'A006300404020002A106300404020003A406300404020004A706300404020005A806300404020001',
    );
    sw(hpki, '00A4020C020001');
    const [aod] = send(hpki, '00B0000000');
    expect(aod).toBe('302830090C0350494E030207803003040108A1163014030203C80A010202010402010002011080020088');
    sw(hpki, '00A4020C020004');
    // The entries stand one after the other; a SEQUENCE around them makes one value for the parser.
    const entries = sequence(fromHex(send(hpki, '00B0000000')[0]));
    const parsed = forge.asn1.fromDer(forge.util.hexToBytes(toHex(entries)));
    expect(parsed.value).toHaveLength(3);
  });
  it('says 6B00 beyond the end, 6282 for less than wanted, 6981 for a key', () => {
    const hpki = card('pharmacist');
    const length = certificate('pharmacist', 'authentication').der.length;
    sw(hpki, SELECT_AUTHENTICATION);
    sw(hpki, '00A4020C020016');
    const at = (offset: number, le: string) => send(hpki, `00B0${offset.toString(16).padStart(4, '0')}${le}`);
    expect(at(length, '00')).toEqual(['', '6B00']);
    expect(at(length - 3, '08')[1]).toBe('6282');
    expect(at(length - 3, '08')[0]).toHaveLength(6);
    expect(at(length - 3, '00')[1]).toBe('9000');
    sw(hpki, '00A4020C02000C');
    expect(sw(hpki, '00B0000000')).toBe('6981');
    expect(sw(hpki, '00B0810000')).toBe('9000');
    expect(sw(hpki, '00B09D0000')).toBe('6A82');
    expect(sw(hpki, '00B0E00000')).toBe('6A86');
  });
  it('can answer a short read by 6Cxx or in silence', () => {
    const length = certificate('pharmacist', 'authentication').der.length;
    const tail = `00B0${(length - 5).toString(16).padStart(4, '0')}80`;
    for (const [shortRead, expected] of [
      ['6Cxx', '6C05'],
      ['9000', '9000'],
    ] as const) {
      const hpki = card('pharmacist', { traits: { shortRead } });
      sw(hpki, SELECT_AUTHENTICATION);
      sw(hpki, '00A4020C020016');
      expect(sw(hpki, tail)).toBe(expected);
    }
  });
  it('refuses extended lengths when it has none', () => {
    const hpki = card('pharmacist', { extendedLength: false });
    sw(hpki, SELECT_AUTHENTICATION);
    sw(hpki, '00A4020C020016');
    expect(sw(hpki, '00B00000000000')).toBe('6700');
    expect(sw(hpki, '00B0000000')).toBe('9000');
  });
  it('hands out answers by GET RESPONSE where the protocol demands it', () => {
    const hpki = card('pharmacist', { traits: { responsesByGetResponse: true } });
    expect(send(hpki, SELECT_AUTHENTICATION)).toEqual(['', '6114']);
    expect(send(hpki, '00C0000008')[1]).toBe('610C');
    expect(send(hpki, '00C000000C')).toEqual(['0FA000000391000000000002', '9000']);
    expect(sw(hpki, '00C0000000')).toBe('6985');
    sw(hpki, SELECT_AUTHENTICATION);
    sw(hpki, '00A4020C020016');
    expect(sw(hpki, '00C0000000')).toBe('6985');
    expect(send(hpki, '00B0000004')[1]).toBe('9000');
  });
});

describe('the PIN', () => {
  it('tells the tries left for nothing', () => {
    const hpki = card('pharmacist');
    sw(hpki, SELECT_AUTHENTICATION);
    for (let time = 0; time < 20; time += 1) expect(sw(hpki, '00200088')).toBe('63CF');
  });
  it('counts wrong values down, takes the right one, and counts the applications apart', () => {
    const hpki = card('pharmacist');
    sw(hpki, SELECT_AUTHENTICATION);
    expect(sw(hpki, WRONG_88)).toBe('63CE');
    expect(sw(hpki, WRONG_88)).toBe('63CD');
    sw(hpki, SELECT_SIGNATURE);
    expect(sw(hpki, '00200088')).toBe('63CF');
    sw(hpki, SELECT_AUTHENTICATION);
    hpki.reset();
    sw(hpki, SELECT_AUTHENTICATION);
    expect(sw(hpki, '00200088')).toBe('63CD');
    expect(sw(hpki, VERIFY_88)).toBe('9000');
    expect(sw(hpki, '00200088')).toBe('9000');
    hpki.reset();
    sw(hpki, SELECT_AUTHENTICATION);
    expect(sw(hpki, '00200088')).toBe('63CF');
  });
  it('locks after the last try, for good', () => {
    const hpki = card('pin-1-left');
    sw(hpki, SELECT_AUTHENTICATION);
    expect(sw(hpki, '00200088')).toBe('63C1');
    expect(sw(hpki, WRONG_88)).toBe('6983');
    expect(sw(hpki, VERIFY_88)).toBe('6983');
    hpki.reset();
    sw(hpki, SELECT_AUTHENTICATION);
    expect(sw(hpki, '00200088')).toBe('6983');
    expect(hpki.tries).toEqual([15, 0]);
  });
  it('is locked on the card that is', () => {
    const hpki = card('pin-locked');
    sw(hpki, SELECT_AUTHENTICATION);
    expect(sw(hpki, '00200088')).toBe('6983');
    const other = card('pin-locked', { traits: { blockedStatus: '63C0' } });
    sw(other, SELECT_AUTHENTICATION);
    expect(sw(other, '00200088')).toBe('63C0');
  });
  it('is forgotten when an application is selected, the same one too', () => {
    for (const [options, after] of [
      [{}, '63CF'],
      [{ opensc: true }, '9000'],
    ] as const) {
      const hpki = card('pharmacist', options);
      sw(hpki, SELECT_AUTHENTICATION);
      sw(hpki, VERIFY_88);
      sw(hpki, SELECT_AUTHENTICATION);
      expect(sw(hpki, '00200088')).toBe(after);
      sw(hpki, SELECT_SIGNATURE);
      sw(hpki, SELECT_AUTHENTICATION);
      expect(sw(hpki, '00200088')).toBe('63CF');
    }
  });
  it('refuses wrong lengths and forms without taking a try', () => {
    const hpki = card('pharmacist');
    sw(hpki, SELECT_AUTHENTICATION);
    expect(sw(hpki, '0020008803313233')).toBe('6700');
    expect(sw(hpki, `0020008811${'31'.repeat(17)}`)).toBe('6700');
    expect(sw(hpki, '0020008800')).toBe('6700');
    expect(sw(hpki, '00200188')).toBe('6A86');
    expect(sw(hpki, '00240088083132333431323334')).toBe('6D00');
    expect(sw(hpki, '00200088')).toBe('63CF');
  });
  it('of JPKI is addressed by its file: 3 tries, and 5 for signing', () => {
    const jpki = card('mynumber');
    expect(send(jpki, '00A4040C0AD392F000260100000001')).toEqual(['', '9000']);
    expect(sw(jpki, '00200080')).toBe('6A88');
    sw(jpki, '00A4020C020018');
    expect(sw(jpki, '00200080')).toBe('63C3');
    expect(sw(jpki, '002000800439393939')).toBe('63C2');
    sw(jpki, '00A4020C02001B');
    expect(sw(jpki, '00200080')).toBe('63C5');
  });
});

describe('signing', () => {
  const text = 'registration';
  const { info, block } = digestInfo(text);
  const extended = (data: string) =>
    `002A9E9A00${(data.length / 2).toString(16).padStart(4, '0')}${data}0000`;

  it('signs a padded block with the key named by MSE, after the PIN', () => {
    const hpki = card('pharmacist');
    sw(hpki, SELECT_AUTHENTICATION);
    expect(sw(hpki, extended(block))).toBe('6985');
    expect(sw(hpki, '002241B6048402000C')).toBe('9000');
    expect(sw(hpki, extended(block))).toBe('6982');
    sw(hpki, VERIFY_88);
    const [signature, status] = send(hpki, extended(block));
    expect(status).toBe('9000');
    expect(isSignature(text, signature, certificate('pharmacist', 'authentication'))).toBe(true);
    expect(sw(hpki, extended(block))).toBe('9000');
  });
  it('takes the block in chained commands without extended lengths', () => {
    const hpki = card('pharmacist', { extendedLength: false });
    sw(hpki, SELECT_AUTHENTICATION);
    sw(hpki, '002241B60384010C');
    sw(hpki, VERIFY_88);
    expect(sw(hpki, `102A9E9A80${block.slice(0, 256)}`)).toBe('9000');
    const [signature] = send(hpki, `002A9E9A80${block.slice(256)}00`);
    expect(isSignature(text, signature, certificate('pharmacist', 'authentication'))).toBe(true);
    sw(hpki, `102A9E9A80${block.slice(0, 256)}`);
    expect(sw(hpki, '00200088')).toBe('6883');
    expect(sw(hpki, '10200088')).toBe('6884');
  });
  it('pads a DigestInfo only when told to', () => {
    for (const [options, expected] of [
      [{}, '6A80'],
      [{ opensc: { padsDigestInfo: true } }, '9000'],
    ] as const) {
      const hpki = card('pharmacist', options);
      sw(hpki, SELECT_AUTHENTICATION);
      sw(hpki, '002241B6048402000C');
      sw(hpki, VERIFY_88);
      expect(sw(hpki, extended(info))).toBe(expected);
      expect(sw(hpki, extended('FF'.repeat(256)))).toBe('6A80');
      expect(sw(hpki, extended('0102'))).toBe('6A80');
    }
  });
  it('asks for the PIN again for each signature of the signature application', () => {
    const hpki = card('pharmacist');
    sw(hpki, SELECT_SIGNATURE);
    sw(hpki, '002241B6048402000C');
    sw(hpki, VERIFY_88);
    expect(sw(hpki, extended(block))).toBe('9000');
    expect(sw(hpki, extended(block))).toBe('6982');
  });
  it("signs as the guideline's example does", () => {
    const hpki = card('pharmacist-guideline-layout');
    sw(hpki, SELECT_AUTHENTICATION);
    sw(hpki, VERIFY_88.replace('88', '96'));
    expect(sw(hpki, '002241B60481020017')).toBe('9000');
    expect(sw(hpki, '002241B60481020099')).toBe('6A88');
    expect(sw(hpki, '002241B6028102')).toBe('6A80');
    expect(sw(hpki, extended(block))).toBe('9000');
  });
  it("signs a DigestInfo as JPKI's cards do", () => {
    const jpki = card('mynumber');
    sw(jpki, '00A4040C0AD392F000260100000001');
    sw(jpki, '00A4020C020018');
    sw(jpki, `0020008004${Buffer.from(TEST_PIN).toString('hex')}`);
    expect(sw(jpki, '00A4020C020001')).toBe('9000');
    expect(sw(jpki, '00B0000000')).toBe('6982');
    sw(jpki, '00A4020C020017');
    const [signature] = send(jpki, `802A008033${info}00`);
    expect(isSignature(text, signature, certificate('mynumber', 'authentication'))).toBe(true);
    const pem = certificate('mynumber', 'authentication').pem;
    const opened = publicDecrypt(
      { key: new X509Certificate(pem).publicKey, padding: constants.RSA_PKCS1_PADDING },
      Buffer.from(signature, 'hex'),
    );
    expect(toHex(new Uint8Array(opened))).toBe(info);
  });
});

describe('whatever is sent', () => {
  it('is answered with two bytes at least, and harms no counter', () => {
    const random = (() => {
      let seed = 20260713;
      return () => {
        seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
        return seed / 2 ** 32;
      };
    })();
    const instructions = [0xa4, 0xb0, 0xc0, 0x22, 0x2a, 0x84, 0xca, 0xb1];
    for (const profile of Object.keys(PROFILES) as ProfileId[]) {
      const victim = card(profile);
      const before = [...victim.tries];
      for (let count = 0; count < 400; count += 1) {
        const tail = Uint8Array.from({ length: Math.floor(random() * 24) }, () => Math.floor(random() * 256));
        const ins = instructions[Math.floor(random() * instructions.length)] ?? 0;
        const command: Bytes = concat(
          Uint8Array.of(random() < 0.8 ? 0 : Math.floor(random() * 256), ins),
          tail,
        );
        expect(victim.transmit(command).length).toBeGreaterThanOrEqual(2);
      }
      expect(victim.tries).toEqual(before);
    }
  });
  it('is refused politely: class, channel, secure messaging, instruction', () => {
    const hpki = card('pharmacist');
    expect(sw(hpki, '01A4040000')).toBe('6881');
    expect(sw(hpki, '0CA4040000')).toBe('6882');
    expect(sw(hpki, 'A0A4040000')).toBe('6E00');
    expect(sw(hpki, '00CA000000')).toBe('6D00');
    expect(sw(hpki, '00')).toBe('6700');
  });
});
