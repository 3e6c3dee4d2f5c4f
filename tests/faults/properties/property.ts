import fc from 'fast-check';

/** Something that holds for every input. Ran for a few cases in `npm test` and for very many in `npm run faults`. */
export interface Property {
  name: string;
  /** Share of the cases of a run: what is slow gets fewer. */
  weight: number;
  /** @throws Error with the smallest input found that breaks it. */
  check(cases: number, seed: number): Promise<void>;
}

/** A property of one input, which throws when it is broken. */
export function property<Input>(
  name: string,
  weight: number,
  input: fc.Arbitrary<Input>,
  holds: (input: Input) => void | Promise<void>,
): Property {
  return {
    name,
    weight,
    check: (numRuns, seed) =>
      fc.assert(
        fc.asyncProperty(input, async (value) => {
          await holds(value);
        }),
        { numRuns, seed },
      ),
  };
}

/** @throws Error saying what was broken. */
export function must(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(what);
}

/** Octets like these with a few of them changed, taken out, doubled or cut off. */
export function mutated(originals: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    kind: fc.constantFrom('set', 'flip', 'insert', 'delete', 'cut'),
    octet: fc.oneof(
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom(0x00, 0x7f, 0x80, 0x81, 0x82, 0x84, 0xff, 0x30),
    ),
  });
  return fc
    .tuple(fc.constantFrom(...originals), fc.array(change, { minLength: 1, maxLength: 6 }))
    .map(([original, changes]) => {
      let octets = [...original];
      for (const { at, kind, octet } of changes) {
        const index = Math.floor(at * octets.length);
        if (kind === 'set') octets[index] = octet;
        else if (kind === 'flip') octets[index] = (octets[index] ?? 0) ^ (1 << (octet & 7));
        else if (kind === 'insert') octets.splice(index, 0, octet);
        else if (kind === 'delete') octets.splice(index, 1);
        else octets = octets.slice(0, index);
      }
      return Uint8Array.from(octets);
    });
}
