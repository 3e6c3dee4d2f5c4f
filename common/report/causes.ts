import {
  type CheckId,
  type CheckReason,
  checkNames,
  checkReasons,
  fillIn,
  wordsForReason,
} from '../guide/checks.ts';
import { guideErrors } from '../guide/index.ts';
import { type LoginCauseId, loginCauseIds, loginCauses } from '../guide/login-causes.ts';
import type { GuideErrorId, Text } from '../guide/types.ts';
import { type OwnCauseId, ownCauseIds, ownCauses } from './own-causes.ts';

/** What can come first in a report: a finding of a check, an error of the guide, or one of the report's own. */
export type CauseId = CheckReason | GuideErrorId | `login.${LoginCauseId}` | OwnCauseId;

export const causeIds: readonly CauseId[] = [
  ...checkReasons,
  ...guideErrors.map(({ id }) => id),
  ...loginCauseIds.map((id) => `login.${id}` as const),
  ...ownCauseIds,
];

export interface CauseWords {
  /** What it is about: the check's name, or the guide. */
  about: Text;
  sentence: Text;
  next: Text | null;
  /** The manual's place. */
  manual: string | null;
}

type Data = Readonly<Record<string, string | number>>;

/** Null for an id that this release does not know: that of a newer one, or of one whose words were taken back. */
export function causeWords(id: string, data: Data = {}): CauseWords | null {
  const own = ownCauseIds.find((known) => known === id);
  if (own) return { ...ownCauses[own], manual: null };
  const error = guideErrors.find((known) => known.id === id);
  if (error) {
    const manual = 'manual' in error.source ? error.source.manual : null;
    return { about: guideName, sentence: error.title, next: nextOfError(error.id, error.next), manual };
  }
  const login = loginCauseIds.find((known) => `login.${known}` === id);
  if (login) {
    const { sentence, next, manual = 'エラー対応手引き 1' } = loginCauses[login];
    return { about: guideName, sentence: filled(sentence, data), next: filled(next, data), manual };
  }
  const reason = checkReasons.find((known) => known === id);
  if (!reason) return null;
  const { sentence, next, manual } = wordsForReason(reason);
  return {
    about: checkNames[checkOf(reason)],
    sentence: filled(sentence, data),
    next: next ? filled(next, data) : null,
    manual: manual ?? null,
  };
}

/** Values of which only the places are known: in the timeline and in a code. */
export const withoutValues: Data = new Proxy({}, { get: () => '…' });

/** The check a reason belongs to. */
export function checkOf(reason: CheckReason): CheckId {
  return reason.slice(0, reason.indexOf('.')) as CheckId;
}

export function isErrorId(id: string): id is GuideErrorId {
  return guideErrors.some((error) => error.id === id);
}

const guideName: Text = { ja: '登録中のエラー', en: 'Error during registration' };

/** Error guide 1 asks for two things at once; at the desk the first one is the driver's choice of reader. */
function nextOfError(id: GuideErrorId, next: Text): Text {
  const second = guideErrors.find((error) => error.id === 'access-denied')?.remedies[1]?.text;
  return id === 'access-denied' && second ? second : next;
}

/** A value that the report does not carry leaves its sentence without 「?」. */
function filled({ ja, en }: Text, data: Data): Text {
  return { ja: fillIn(ja, data), en: fillIn(en, data) };
}
