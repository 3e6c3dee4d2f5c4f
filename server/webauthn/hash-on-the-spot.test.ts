import { describe, expect, it } from 'vitest';
import { hashOnTheSpot } from './hash-on-the-spot.ts';

function observed() {
  const passedOn: number[] = [];
  const subtle: Pick<SubtleCrypto, 'digest'> = {
    digest: (algorithm, data) => {
      passedOn.push(data.byteLength);
      return crypto.subtle.digest(algorithm, data);
    },
  };
  hashOnTheSpot(subtle);
  return { subtle, passedOn };
}

const hex = (buffer: ArrayBuffer) => Buffer.from(buffer).toString('hex');

describe('hashing on the spot', () => {
  const octets = Uint8Array.from({ length: 300 }, (_, index) => index);

  it.each(['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512', 'sha-256', { name: 'Sha-384' }])(
    'gives what WebCrypto gives: %j',
    async (algorithm) => {
      const { subtle, passedOn } = observed();
      const inputs = [
        octets,
        octets.buffer,
        octets.subarray(7, 90),
        new DataView(octets.buffer, 3, 5),
        new Uint16Array(octets.buffer, 2, 9),
        new Uint8Array(),
      ];
      for (const input of inputs) {
        const digest = await subtle.digest(algorithm, input);
        expect(digest).toBeInstanceOf(ArrayBuffer);
        expect(hex(digest)).toBe(hex(await crypto.subtle.digest(algorithm, input)));
      }
      expect(passedOn).toEqual([]);
    },
  );

  it('leaves much to WebCrypto, and what it does not know', async () => {
    const { subtle, passedOn } = observed();
    const much = new Uint8Array(65_537);
    expect(hex(await subtle.digest('SHA-256', much))).toBe(hex(await crypto.subtle.digest('SHA-256', much)));
    await expect(subtle.digest('MD5', octets)).rejects.toMatchObject({ name: 'NotSupportedError' });
    expect(passedOn).toEqual([65_537, 300]);
  });

  it('hashes what was there when it was asked', async () => {
    const { subtle } = observed();
    const input = new Uint8Array([1, 2, 3]);
    const digest = subtle.digest('SHA-256', input);
    input.fill(9);
    expect(hex(await digest)).toBe(hex(await crypto.subtle.digest('SHA-256', new Uint8Array([1, 2, 3]))));
  });
});
