import * as v from 'valibot';
import { largestReport, type Report, reportFormat, reportSchema, reportVersion } from './schema.ts';
import { beginMark, endMark } from './text-marks.ts';

export type ReadReport =
  | { outcome: 'report'; report: Report }
  /** Made by a newer release than this reader. */
  | { outcome: 'newer'; version: number }
  | { outcome: 'refused'; why: 'too-large' | 'not-a-report' | 'cut-short' | 'malformed' };

/**
 * Reads a saved report, or one within the text of an e-mail. Nothing in it is believed: a report has to fit the schema
 * in every field.
 */
export function readReport(text: string): ReadReport {
  if (text.length > largestReport) return { outcome: 'refused', why: 'too-large' };
  const marked = text.includes(beginMark);
  if (marked && !text.includes(endMark)) return { outcome: 'refused', why: 'cut-short' };
  const candidate = marked ? between(text) : text.replace(/^\uFEFF/, '').trim();
  const value = jsonOf(candidate);
  if (typeof value !== 'object' || value === null) {
    return { outcome: 'refused', why: candidate.startsWith('{') ? 'cut-short' : 'not-a-report' };
  }
  return readValue(value);
}

function readValue(value: object): ReadReport {
  const { format, version } = value as { format?: unknown; version?: unknown };
  if (format !== reportFormat) return { outcome: 'refused', why: 'not-a-report' };
  if (typeof version === 'number' && version > reportVersion) return { outcome: 'newer', version };
  const parsed = v.safeParse(reportSchema, upgrade(value));
  return parsed.success
    ? { outcome: 'report', report: parsed.output }
    : { outcome: 'refused', why: 'malformed' };
}

/** Earlier versions become the present one here, step by step. Version 1 is the first. */
function upgrade(value: object): object {
  return value;
}

function between(text: string): string {
  return text.slice(text.indexOf(beginMark) + beginMark.length, text.indexOf(endMark));
}

/** Mail programs put `> ` before lines and break long ones, some within a string. */
function jsonOf(text: string): unknown {
  const unquoted = text.replace(/^[ \t]*(?:>[ \t]?)+/gm, '').replace(/\u00A0/g, ' ');
  for (const candidate of [text, unquoted, unquoted.replace(/\r?\n/g, ''), unquoted.replace(/\r?\n/g, ' ')]) {
    try {
      return JSON.parse(candidate, refusePrototype);
    } catch {
      // the next way
    }
  }
  return undefined;
}

function refusePrototype(key: string, value: unknown): unknown {
  return key === '__proto__' ? undefined : value;
}
