import { foldUsername, usernameFromSubjectSerialNumber } from '../../common/certificate/index.ts';

/** Sheets are for cards issued before this day; later ones come with the way by card only. Manual (2). */
export const firstDayWithout = '2026-05-01';
/** At most this many in one go: a letter run, not the whole register. */
export const mostSheets = 100;

export type LineProblem = 'no-username' | 'no-date' | 'issued-too-late' | 'twice' | 'too-many';

export interface SheetRequest {
  usernames: string[];
  /** By number of the line, from 1. */
  problems: { line: number; problem: LineProblem }[];
}

/** What an operator typed: for each card a line with username and the card's day of issue, `999001-jpa 2026-04-01`. */
export function readSheetRequest(typed: string, today: string): SheetRequest {
  const usernames: string[] = [];
  const problems: SheetRequest['problems'] = [];
  typed
    .normalize('NFKC')
    .split(/\r?\n/)
    .forEach((text, index) => {
      const line = index + 1;
      const [name = '', date = '', ...rest] = text.trim().split(/[\s,;、]+/);
      if (name === '') return;
      const username = usernameFromSubjectSerialNumber(foldUsername(name))?.username;
      const day = rest.length === 0 ? dayOf(date) : undefined;
      const problem = ((): LineProblem | undefined => {
        if (username === undefined) return 'no-username';
        if (day === undefined || day > today) return 'no-date';
        if (day >= firstDayWithout) return 'issued-too-late';
        if (usernames.includes(username)) return 'twice';
        return usernames.length >= mostSheets ? 'too-many' : undefined;
      })();
      if (problem) problems.push({ line, problem });
      else if (username !== undefined) usernames.push(username);
    });
  return { usernames, problems };
}

/** `2026-4-1` or `2026/04/01` as `2026-04-01`; undefined when there is no such day. */
function dayOf(text: string): string | undefined {
  const parts = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(text);
  if (!parts) return undefined;
  const [, year = '', month = '', day = ''] = parts;
  const iso = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const date = new Date(`${iso}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(iso) ? iso : undefined;
}
