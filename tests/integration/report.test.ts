import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { causeIds, causeWords } from '../../common/report/causes.ts';
import { readReport } from '../../common/report/read.ts';
import { withoutSections } from '../../common/report/schema.ts';
import { decodeSupportCode } from '../../common/report/support-code/code.ts';
import { leading, reportText } from '../../common/report/text.ts';
import { emptyTimeline, halfLength, type TimelineEntry, withEntry } from '../../common/report/timeline.ts';
import { judge } from '../../extension/judge/index.ts';
import { analyse, situationOf } from '../../extension/report/analyse.ts';
import { composeReport } from '../../extension/report/compose.ts';
import { card, cases, collected, now, reader, situation } from './report-situations.ts';

const secret = new Uint8Array(32).fill(7);
const took = () => 12;

describe('thirty situations (synthetic)', () => {
  it('are at least thirty, and cover every error of the guide', () => {
    expect(cases.length).toBeGreaterThanOrEqual(30);
    const covered = new Set(cases.map(({ cause }) => cause));
    for (const id of causeIds.filter((it) => !it.includes('.'))) expect(covered, id).toContain(id);
  });

  it.each(cases)('$name ($after): $cause', async ({ collected: it, cause, action }) => {
    const report = await composeReport(it, secret, took);
    expect(report.cause).toBe(cause);
    const { cause: sentence, next } = leading(report, 'ja');
    expect(sentence).not.toMatch(/[?？]|\{/);
    expect(next).toMatch(/[。]$/);
    expect(next).toContain(action);
    expect(causeWords(cause)?.next?.en.length ?? 0).toBeGreaterThan(5);
  });

  it.each(cases)(
    '$name: judged alike before and after redaction, and again by the reader',
    async ({ collected: it }) => {
      const report = await composeReport(it, secret, took);
      const plain = ({ checks }: { checks: readonly { check: string; status: string; reason: string }[] }) =>
        checks.map(({ check, status, reason }) => `${check} ${status} ${reason}`);
      const skipped = it.notLooked ?? [];
      const original = judge(it.situation).checks.filter(({ check }) => !skipped.includes(check));
      expect(plain({ checks: report.checks ?? [] })).toEqual(plain({ checks: original }));
      const read = readReport(JSON.stringify(report));
      if (read.outcome !== 'report' || !read.report.facts) throw new Error('not read');
      expect(analyse(read.report.facts.situation, skipped).checks).toEqual(report.checks);
      expect(situationOf(read.report.facts.situation).now).toBe(now);
    },
  );

  it.each(cases)('$name: the code says the same', async ({ collected: it, cause }) => {
    const report = await composeReport(it, secret, took);
    const decoded = decodeSupportCode(report.supportCode);
    if (decoded.outcome !== 'code') throw new Error(decoded.outcome);
    expect(decoded.code.causes[0]).toBe(cause);
    expect(decoded.code.release).toBe('0.1.0');
  });
});

describe('the text', () => {
  it('begins with the cause, what to do and the code, and is read back', async () => {
    for (const { collected: it } of cases) {
      const report = await composeReport(it, secret, took);
      for (const language of ['ja', 'en'] as const) {
        const text = reportText(report, language);
        const lines = text.split('\n');
        expect(lines[2]).toContain(leading(report, language).cause);
        expect(lines[3]).toContain(leading(report, language).next);
        expect(lines[4]).toMatch(/[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
        expect(readReport(text)).toEqual({ outcome: 'report', report });
      }
    }
  });

  it('survives a mail program that quotes it and breaks its lines', async () => {
    const report = await composeReport(cases[0]?.collected ?? collected(), secret, took);
    const mail = reportText(report)
      .split('\n')
      .flatMap((line) => line.match(/.{1,72}/g) ?? [''])
      .map((line) => `> ${line}`)
      .join('\r\n');
    expect(readReport(`拝啓\r\n\r\n${mail}\r\n敬具`).outcome).toBe('report');
  });

  it('goes without what the person took out, and says so', async () => {
    const report = await composeReport(collected(), secret, took);
    const less = withoutSections(report, ['facts', 'timeline', 'machine']);
    const text = reportText(less);
    expect(text).not.toContain('[present]');
    expect(text).toContain('本人が除いた項目: 生データ');
    expect(readReport(text)).toEqual({ outcome: 'report', report: less });
  });

  it('stays below 64 kB with a full timeline and everything a host may send', async () => {
    const entry: TimelineEntry = {
      at: now,
      type: 'check',
      check: 'certificate-validity',
      status: 'unknown',
      reason: 'certificate-validity.clock-wrong',
      ms: 123_456_789,
    };
    const timeline = Array.from({ length: 5 * halfLength }, () => entry).reduce(withEntry, emptyTimeline);
    const readers = Array.from({ length: 64 }, (_, index) =>
      reader(`${'reader '.repeat(30)}${index}`, 'empty'),
    );
    const cards = readers.map(({ name }) => card({ reader: name }));
    const hostile = situation({}, { readers, cards });
    for (const it of [situation(), hostile]) {
      const report = await composeReport(collected({ situation: it, timeline }), secret, took);
      for (const output of [
        JSON.stringify(report, null, 1),
        reportText(report, 'ja'),
        reportText(report, 'en'),
      ]) {
        expect(new TextEncoder().encode(output).length).toBeLessThan(64_000);
      }
      expect(readReport(JSON.stringify(report))).toEqual({ outcome: 'report', report });
    }
  });
});

describe('reading', () => {
  it('still understands a report of version 1 as it was first saved (synthetic), and its code', async () => {
    const text = await readFile(join(import.meta.dirname, 'report-version-1.json'), 'utf8');
    const read = readReport(text);
    if (read.outcome !== 'report') throw new Error(read.outcome);
    expect(leading(read.report, 'ja').next).toContain('登録に使うリーダーだけ');
    expect(reportText(read.report)).toContain('記録開始');
    expect(read.report.facts?.situation.observations.cards).toHaveLength(1);
    expect(decodeSupportCode(read.report.supportCode)).toMatchObject({
      outcome: 'code',
      code: { causes: ['driver-reader.unknown-several', 'access-denied'], system: 'win32', browser: 'edge' },
    });
  });

  it('refuses what is not a report, each for its reason', () => {
    const refused = (text: string) => readReport(text);
    expect(refused('')).toEqual({ outcome: 'refused', why: 'not-a-report' });
    expect(refused('{"format":"hpki-navi-report"')).toEqual({ outcome: 'refused', why: 'cut-short' });
    expect(refused('{"format":"other"}')).toEqual({ outcome: 'refused', why: 'not-a-report' });
    expect(refused('{"format":"hpki-navi-report","version":1}')).toEqual({
      outcome: 'refused',
      why: 'malformed',
    });
    expect(refused(`"${'x'.repeat(300_000)}"`)).toEqual({ outcome: 'refused', why: 'too-large' });
    expect(refused('{"format":"hpki-navi-report","version":2}')).toEqual({ outcome: 'newer', version: 2 });
  });
});
