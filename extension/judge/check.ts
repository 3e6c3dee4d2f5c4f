import type { CheckId, CheckReason } from '../../common/guide/checks.ts';

export type CheckStatus = 'pass' | 'warn' | 'fail' | 'unknown' | 'skipped';
export type CheckData = Readonly<Record<string, string | number>>;

export interface Check {
  check: CheckId;
  status: CheckStatus;
  reason: CheckReason;
  data: CheckData;
}

/** A finding of one check; the tree adds the check's id. */
export interface Finding {
  status: CheckStatus;
  reason: CheckReason;
  data: CheckData;
}

const finding =
  (status: CheckStatus) =>
  (reason: CheckReason, data: CheckData = {}): Finding => ({ status, reason, data });

export const pass = finding('pass');
export const warn = finding('warn');
export const fail = finding('fail');
export const skipped = finding('skipped');
/** Could not be observed. `data.why` says why, where that is known. */
export const unknown = finding('unknown');

/** Still being looked at: unknown, but not for long. */
export function isPending(check: { reason: CheckReason }): boolean {
  return check.reason.endsWith('.checking');
}
