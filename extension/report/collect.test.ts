import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { stepIds } from '../../common/guide/types.ts';
import { readReport } from '../../common/report/read.ts';
import { reportedDrift } from '../../common/report/schema.ts';
import { driftLine } from '../../common/report/text.ts';
import { evidenceCodes } from '../content/evidence-codes.ts';
import { stepMap } from '../content/site-map.ts';
import { collect, type ReportSources } from './collect.ts';
import { composeReport } from './compose.ts';

const never = () => new Promise<never>(() => undefined);
const broken = () => Promise.reject(new Error('gone'));
const all = (source: () => Promise<never>): ReportSources => ({
  kept: source,
  login: source,
  timeline: source,
  browserFacts: source,
  installType: source,
  platform: source,
  secret: source,
});

describe('collecting', () => {
  it.each([
    ['hangs', never],
    ['fails', broken],
  ])('makes a readable report when everything but the clock %s', async (_, source) => {
    const { collected, secret } = await collect(all(source), Date.now());
    const report = await composeReport(collected, secret, () => 0);
    expect(report.cause).toBe('none.looking');
    expect(report.tokens).toBe('once');
    expect(readReport(JSON.stringify(report)).outcome).toBe('report');
  });

  it('tells of pages that no longer fit, from the timeline or the journey', async () => {
    const now = Date.now();
    const drift = { at: now - 1000, type: 'drift', step: 'choose-method', signs: ['menu'] };
    const sources = { ...all(broken), timeline: async () => ({ first: [drift], last: [], dropped: 0 }) };
    const { collected } = await collect(sources, now);
    expect(collected.drift).toEqual([
      {
        at: new Date(now - 1000).toISOString(),
        step: 'choose-method',
        signs: ['menu'],
        map: [
          'sign:manual-3:printed:fixtures',
          'control:manual-3:printed:fixtures',
          'next:manual-4:told:fixtures',
        ],
      },
    ]);
    const [first] = collected.drift;
    expect(first && driftLine(first, 'ja')).toContain(
      '手順表の根拠: sign:manual-3:printed:fixtures, control:',
    );
  });

  it.each(stepIds)('has the step map’s evidence of %s in codes that a report takes', (step) => {
    const map = evidenceCodes(step);
    expect(map.length > 0).toBe(step in stepMap);
    expect(v.is(reportedDrift, { at: new Date().toISOString(), step, signs: [], map })).toBe(true);
  });
});
