/** Something measured beside others: resolves to its value, in the unit of its row. */
export type Runs<Name extends string> = Record<Name, number[]>;

/**
 * Runs all peers once in each round, in an order that turns from round to round, so that none is always the one after
 * a certain other. `warmUp` rounds are not counted.
 */
export async function interleave<Name extends string>(
  peers: Readonly<Record<Name, () => Promise<number>>>,
  rounds: number,
  warmUp = 1,
): Promise<Runs<Name>> {
  const names = Object.keys(peers) as Name[];
  const runs = Object.fromEntries(names.map((name) => [name, []])) as unknown as Runs<Name>;
  for (let round = -warmUp; round < rounds; round += 1) {
    const first = (round + warmUp) % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      const value = await peers[name]();
      if (round >= 0) runs[name].push(value);
    }
  }
  return runs;
}
