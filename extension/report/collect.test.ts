import { describe, expect, it } from 'vitest';
import { readReport } from '../../common/report/read.ts';
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
      { at: new Date(now - 1000).toISOString(), step: 'choose-method', signs: ['menu'] },
    ]);
  });
});
