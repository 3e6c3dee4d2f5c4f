import type { Report, ReportedCheck } from './schema.ts';

export interface Comparison {
  /** Null where it can't be told: tokens that are not the host's are not those of the other program. */
  samePc: boolean | null;
  /** Swapped when the second was made first. */
  before: Report;
  after: Report;
  /** Checks that say something else. */
  checks: { check: string; before: ReportedCheck | null; after: ReportedCheck | null }[];
  machine: { id: string; before: string; after: string }[];
}

/** What changed between two reports, the older one first. */
export function compareReports(one: Report, other: Report): Comparison {
  const [before, after] = one.made.at <= other.made.at ? [one, other] : [other, one];
  const bothOfHosts = before.tokens === 'host' && after.tokens === 'host';
  const ids = [...new Set([...(before.checks ?? []), ...(after.checks ?? [])].map(({ check }) => check))];
  const find = (report: Report, id: string) => report.checks?.find(({ check }) => check === id) ?? null;
  const line = (report: Report, id: string) => report.machine?.find((it) => it.id === id)?.text ?? '';
  const lines = [...new Set([...(before.machine ?? []), ...(after.machine ?? [])].map(({ id }) => id))];
  return {
    samePc: before.installation === after.installation || (bothOfHosts ? false : null),
    before,
    after,
    checks: ids
      .map((check) => ({ check, before: find(before, check), after: find(after, check) }))
      .filter((it) => it.before?.reason !== it.after?.reason),
    machine: lines
      .map((id) => ({ id, before: line(before, id), after: line(after, id) }))
      .filter((it) => it.before !== it.after),
  };
}
