import { describe, expect, it } from 'vitest';
import { ClientCertHeaderError, clientCertificateFromHeaders } from './client-cert-header.ts';

const der = Uint8Array.of(0x30, 0x03, 0x02, 0x01, 0x05);
const item = ':MAMCAQU=:';

describe('Client-Cert (RFC 9440)', () => {
  it.each([
    ['alone', ['Client-Cert', item]],
    ['among others, in any case', ['Host', 'x', 'cLIENT-cERT', item, 'X-Other', 'y']],
    ['with a chain', ['Client-Cert', item, 'Client-Cert-Chain', `${item}, ${item}`]],
    [
      'with a chain in several lines',
      ['Client-Cert', item, 'Client-Cert-Chain', item, 'Client-Cert-Chain', item],
    ],
  ])('is read %s', (_, headers) => {
    expect(clientCertificateFromHeaders(headers)).toEqual(der);
  });

  it.each([
    ['missing', ['Host', 'x']],
    ['twice', ['Client-Cert', item, 'Client-Cert', item]],
    ['merged', ['Client-Cert', `${item}, ${item}`]],
    ['empty', ['Client-Cert', '']],
    ['without colons', ['Client-Cert', 'MAMCAQU=']],
    ['empty between colons', ['Client-Cert', '::']],
    ['base64url', ['Client-Cert', ':MA_-AQU=:']],
    ['of a wrong length', ['Client-Cert', ':MAMCAQU:']],
    ['with a parameter', ['Client-Cert', `${item};a=1`]],
    ['PEM', ['Client-Cert', '-----BEGIN CERTIFICATE-----']],
    ['too large', ['Client-Cert', `:${'AAAA'.repeat(6000)}:`]],
    ['with a malformed chain', ['Client-Cert', item, 'Client-Cert-Chain', `${item}, x`]],
    ['with an endless chain', ['Client-Cert', item, 'Client-Cert-Chain', Array(11).fill(item).join(',')]],
    ['under another name', ['X-Client-Cert', item, 'Client_Cert', item]],
  ])('is refused %s', (_, headers) => {
    expect(() => clientCertificateFromHeaders(headers)).toThrow(ClientCertHeaderError);
  });
});
