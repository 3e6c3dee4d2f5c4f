import { expect, it } from 'vitest';
import { namedUuid } from './uuid.ts';

it('gives the same version 5 UUID for the same name, for ever', () => {
  // Changing these would make Windows see another product instead of a new version.
  expect(namedUuid('msi upgrade')).toBe('0CB4174E-958F-5B9F-9F50-AEBD3603C6C3');
  expect(namedUuid('msi file koffi.node')).not.toBe(namedUuid('msi file licences.txt'));
});
