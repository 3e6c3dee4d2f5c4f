import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { inspectionSchema } from '../../native-host/commands/inspect.ts';
import { noObservations, withObservation } from '../background/observations.ts';
import { judge } from './judge.ts';

/** Recordings of PCs (`hpki-navi-host inspect --record`), replayed: what would the panel have said? */
const folder = join(import.meta.dirname, '../../native-host/recordings');
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));

const source = v.variant('from', [
  v.object({ from: v.literal('field') }),
  v.object({ from: v.literal('synthetic'), sources: v.pipe(v.array(v.string()), v.minLength(1)) }),
]);
const recordingSchema = v.object({ ...inspectionSchema.entries, recorded: source });

const expected: Record<string, { verdict: string; findings: string[] }> = {
  'windows-everything-there.json': {
    verdict: 'warning', // where the driver keeps its choice of reader is not known
    findings: ['unknown driver-reader.unknown'],
  },
  'windows-other-reader-chosen.json': { verdict: 'warning', findings: ['warn driver-reader.hint-other'] },
  'windows-32-bit-driver-only.json': {
    verdict: 'blocked',
    findings: ['warn certificate-store.absent', 'fail card-driver.wrong-bits'],
  },
  'windows-reader-without-driver.json': { verdict: 'blocked', findings: ['fail reader.driver-missing'] },
  'windows-inspected-by-security-software.json': {
    verdict: 'blocked',
    findings: [
      'warn browser.auto-select',
      'fail card-present.none',
      'unknown driver-reader.unknown',
      'warn site.inspected',
    ],
  },
};

describe('recordings', () => {
  it('are all expected to say something, and say where they come from', () => {
    expect(Object.keys(expected).sort()).toEqual(names.sort());
  });

  it.each(Object.entries(expected))('%s', (name, { verdict, findings }) => {
    const recording = v.parse(recordingSchema, JSON.parse(readFileSync(join(folder, name), 'utf8')));
    const judgement = judge({
      now: Date.parse(recording.at),
      browser: { name: 'Microsoft Edge', family: 'edge', siteAccess: true, extensionVersion: '0.1.0' },
      host: { state: 'connected', hostVersion: recording.hostVersion, platform: 'win32', complete: true },
      observations: recording.observations.reduce(withObservation, noObservations),
      site: { state: 'answered', status: 200, skewMs: 0 },
      login: null,
      cardToken: null,
      quiet: false,
    });
    const troubles = judgement.checks
      .filter(({ status }) => status !== 'pass' && status !== 'skipped')
      .map(({ status, reason }) => `${status} ${reason}`);
    expect({ verdict: judgement.verdict, findings: troubles }).toEqual({ verdict, findings });
  });
});
