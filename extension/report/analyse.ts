import type { CheckId } from '../../common/guide/checks.ts';
import type { ReportedCheck, ReportedSituation } from '../../common/report/schema.ts';
import { type Judgement, judge, type Observations, type Situation } from '../judge/index.ts';

/** The extension's own rules, on what is left after redaction. */
export function analyse(
  reported: ReportedSituation,
  notLooked: readonly CheckId[] = [],
): { checks: ReportedCheck[]; verdict: Judgement['verdict'] } {
  const all = judge(situationOf(reported));
  if (notLooked.length === 0) return { checks: reportedChecks(all), verdict: all.verdict };
  const checks = reportedChecks(all).filter(({ check }) => !notLooked.includes(check as CheckId));
  const some = (status: ReportedCheck['status']) => checks.some((check) => check.status === status);
  const verdict = some('fail') ? 'blocked' : some('warn') || some('unknown') ? 'warning' : 'ready';
  return { checks, verdict };
}

function reportedChecks({ checks }: Judgement): ReportedCheck[] {
  return checks.map(({ check, status, reason, data }) => ({ check, status, reason, data: { ...data } }));
}

/** The situation as the rules take it. */
export function situationOf({ observations, ...rest }: ReportedSituation): Situation {
  const { cards, cardUnknown, list } = observations;
  const subjects = Object.fromEntries(list.map((observation) => [observation.subject, observation]));
  return {
    ...rest,
    observations: {
      ...(subjects as Omit<Observations, 'cards'>),
      cards,
      ...(cardUnknown === undefined ? {} : { cardUnknown }),
    },
  };
}
