import { beforeAll, describe, expect, it } from 'vitest';
import { makeTestPki, type TestPki } from '../lab/pki/index.ts';
import { cardProperties } from './properties/card.ts';
import { pageProperties } from './properties/pages.ts';
import { reportProperties } from './properties/report.ts';
import { wireProperties } from './properties/wire.ts';

/** Cases for a property of weight 1. `npm run faults -- --soak` makes a million altogether. */
const cases = 300;
/** The same inputs on every machine: what fails here fails everywhere. New ones are the long run's. */
const seed = 20_261_123;

describe('hostile input', () => {
  let pki: TestPki;
  beforeAll(async () => {
    pki = await makeTestPki();
  });

  it.each([...wireProperties, ...pageProperties, ...reportProperties])('$name', async ({ check, weight }) => {
    await expect(check(Math.ceil(cases * weight), seed)).resolves.toBeUndefined();
  });

  it('TLV, certificates and whole readings', async () => {
    for (const { check, weight } of cardProperties(pki))
      await expect(check(Math.ceil(cases * weight), seed)).resolves.toBeUndefined();
  });
});
