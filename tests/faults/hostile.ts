import { makeTestPki } from '../lab/pki/index.ts';
import { good } from './ledger.ts';
import { cardProperties } from './properties/card.ts';
import { pageProperties } from './properties/pages.ts';
import { reportProperties } from './properties/report.ts';
import { wireProperties } from './properties/wire.ts';
import type { FaultRun } from './run.ts';

const area = 'hostile input';
/** Cases in the whole run. The long one makes at least a million. */
const cases = { quick: 60_000, full: 300_000, soak: 3_000_000 } as const;

/** Input made to break: framing, protocol, TLV, certificates, readings, pages. Routes over HTTP are the server's. */
export async function hostileInput({ ledger, random, extent, say }: FaultRun): Promise<void> {
  const properties = [
    ...wireProperties,
    ...cardProperties(await makeTestPki()),
    ...pageProperties,
    ...reportProperties,
  ];
  const weights = properties.reduce((sum, { weight }) => sum + weight, 0);
  for (const { name, weight, check } of properties) {
    const count = Math.ceil((cases[extent] * weight) / weights);
    say(`${area}: ${name}: ${count} cases`);
    const seed = random.whole(0, 2 ** 31 - 1);
    const outcome = await check(count, seed).then(
      () => good,
      (error: unknown) => ({
        survived: false,
        right: false,
        lost: 0,
        detail: `seed ${seed}: ${error instanceof Error ? error.message.slice(0, 1500) : String(error)}`,
      }),
    );
    ledger.add(area, name, count, outcome);
  }
}
