import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stepById } from '../../common/guide/index.ts';
import { performJourney } from '../demo/journey.ts';
import { raiseStage } from '../demo/stage.ts';
import { build } from '../set-up/build.ts';
import { type HumanActions, manualTotal, total, watchActions } from './human-actions.ts';
import type { Extent, Row, SectionResult } from './row.ts';
import { summarise } from './statistics.ts';

const section = 'journey';
const built = resolve(import.meta.dirname, '../../dist/extension/manifest.json');

/** The whole journey on real parts: host, extension, Chromium, OpenSC, pcscd, the registration platform. */
export async function journeySection({ quick, say }: Extent): Promise<SectionResult> {
  if (!existsSync(built)) {
    say('journey: building');
    await build();
  }
  const runs = quick ? 1 : 5;
  const times = new Map<string, number[]>();
  const keep = (name: string, ms: number) => times.set(name, [...(times.get(name) ?? []), ms]);
  const actions: HumanActions[] = [];
  let pinAttemptsByHost = 0;
  for (let run = 1; run <= runs; run += 1) {
    say(`journey: ${run} of ${runs}`);
    const output = await mkdtemp(join(tmpdir(), 'hpki-navi-bench-'));
    const stage = await raiseStage();
    try {
      const watched = watchActions(stage);
      const result = await performJourney(stage, { output });
      pinAttemptsByHost += result.pinAttemptsByHost;
      if (!result.ok) throw new Error(result.problem ?? 'the journey did not come to its end');
      for (const { id, ms } of result.steps) keep(id, ms);
      keep(
        'all',
        result.steps.reduce((sum, { ms }) => sum + ms, 0),
      );
      actions.push(await watched.counted());
    } finally {
      await stage.stop();
      await rm(output, { recursive: true, force: true });
    }
  }
  return { rows: [...timeRows(times), ...actionRows(actions)], pinAttemptsByHost };
}

function timeRows(times: ReadonlyMap<string, readonly number[]>): Row[] {
  return [...times].map(([name, values]) => ({
    section,
    measure:
      name === 'all'
        ? 'machine time, all thirteen steps, with pictures and waiting of the test'
        : `(${stepById(name as Parameters<typeof stepById>[0]).number}) ${name}`,
    subject: 'hpki-navi',
    unit: 'ms',
    value: summarise(values),
  }));
}

/** By kind and altogether; the manual is what they are compared with. */
function actionRows(actions: readonly HumanActions[]): Row[] {
  const manual = manualTotal();
  const kinds: [string, (of: HumanActions) => number][] = [
    ['clicks on the PC', ({ clicks }) => clicks],
    ['keys on the PC', ({ keys }) => keys],
    ['taps on the phone', ({ taps }) => taps],
    ['scans, biometrics and cards', ({ scans, biometrics, cards }) => scans + biometrics + cards],
    ['all of them', total],
  ];
  return kinds.flatMap(([kind, count]): Row[] => {
    const own = summarise(actions.map(count));
    const measure = `human actions: ${kind}`;
    const byHand = count(manual);
    return [
      {
        section,
        measure,
        subject: 'hpki-navi',
        unit: 'count',
        value: own,
        ratio: {
          to: 'by the manual',
          value: { ...own, median: own.median / byHand, p10: own.p10 / byHand, p90: own.p90 / byHand },
        },
      },
      { section, measure, subject: 'by the manual', unit: 'count', value: summarise([byHand]) },
    ];
  });
}
