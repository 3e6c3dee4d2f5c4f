import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCertificateFile, parseObjectDirectory, parsePasswordReferences } from './directory.ts';
import { fromHex, toHex } from './hex.ts';
import { findTlv, parseTlvs, tlvsComplete } from './tlv.ts';

describe('BER-TLV', () => {
  it('finds objects one after the other and within each other', () => {
    const octets = fromHex('3006 8001AA 8101BB 5F2D026A61 04820001CC');
    expect(parseTlvs(octets).map(({ tag, value }) => [tag, toHex(value)])).toEqual([
      [0x30, '8001AA8101BB'],
      [0x5f2d, '6A61'],
      [0x04, 'CC'],
    ]);
    expect(toHex(findTlv(octets, 0x30, 0x81) ?? new Uint8Array())).toBe('BB');
    expect(findTlv(octets, 0x30, 0x82)).toBeUndefined();
  });

  it('stops at padding', () => {
    expect(parseTlvs(fromHex('8001AA 0000')).length).toBe(1);
    expect(parseTlvs(fromHex('8001AA FFFF')).length).toBe(1);
    expect(tlvsComplete(fromHex('8001AA FFFF'))).toBe(true);
    expect(tlvsComplete(fromHex('8002AA'))).toBe(false);
  });

  it.each(['3003 80', '8005AA', '308480000000', '3080 0000', '30', '1F8181', '5F'])(
    'takes no object whose length lies: %s',
    (hex) => {
      expect(parseTlvs(fromHex(hex))).toEqual([]);
    },
  );
});

describe("the card's directory", () => {
  it('names files by identifier or by short identifier', () => {
    expect(parseObjectDirectory(fromHex('A0063004 04020002 A4063004 04020004 A8063004 04020001'))).toEqual({
      certificates: { fid: 0x0004 },
      authenticationObjects: { fid: 0x0001 },
    });
    expect(parseObjectDirectory(fromHex('A405 3003 0401A8 A805 3003 040198'))).toEqual({
      certificates: { sfi: 0x15 },
      authenticationObjects: { sfi: 0x13 },
    });
  });

  it.each([
    ['8001 96', [0x96]],
    ['8002 0088', [0x88]],
    ['8002 0188', []],
    ['8003 000088', []],
    ['8001 00', []],
    ['8000', []],
  ])('reads pwdReference %s', (reference, expected) => {
    const attributes = fromHex(reference);
    const aod = [0xa1, attributes.length + 2, 0x30, attributes.length, ...attributes];
    expect(parsePasswordReferences(Uint8Array.of(0x30, aod.length, ...aod))).toEqual(expected);
  });

  it('takes the end-entity certificate among several', () => {
    const certificate = (label: string, fid: string) => {
      const name = Buffer.from(label).toString('hex');
      const common = `30${octets(`0C${octets(name)}`)}`;
      return `30${octets(`${common}3003040145A1${octets(`30${octets(`30${octets(`04${octets(fid)}`)}`)}`)}`)}`;
    };
    const octets = (hex: string) => `${(hex.length / 2).toString(16).padStart(2, '0')}${hex}`;
    const cd = fromHex(certificate('MHLW CA', '0019') + certificate('HPKI END ENTITY CERTIFICATE', '0016'));
    expect(parseCertificateFile(cd)).toEqual({ fid: 0x0016 });
    expect(parseCertificateFile(fromHex(certificate('some', '0020')))).toEqual({ fid: 0x0020 });
    expect(parseCertificateFile(fromHex(certificate('some', '3F00DF010020')))).toEqual({ fid: 0x0020 });
    expect(parseCertificateFile(fromHex(certificate('some', '3F0020')))).toBeUndefined();
  });

  it('never throws, whatever is in it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (octets) => {
        parseObjectDirectory(octets);
        parsePasswordReferences(octets);
        parseCertificateFile(octets);
        expect(typeof tlvsComplete(octets)).toBe('boolean');
      }),
      { numRuns: 3000 },
    );
  });
});
