/**
 * Until when a QR code is valid, from the text around it: the manual (7) says that the screen shows it, not how.
 * Times of day are Japan's, as everything on the site; the PC's own zone is tried second.
 */

const minute = 60_000;
/** No QR of a login is valid for longer: a time beyond is some other date on the page. */
const longest = 6 * 60 * minute;
const japan = 9 * 60 * minute;

const label = '(?:有効期限|有効時間|期限|残り時間?|あと|まで有効)';

export interface Expiry {
  /** Milliseconds since the epoch, or null where the page says nothing that is understood. */
  expiresAt: number | null;
  /** The page named a time, which is by the site's clock; a time left is counted by the PC's. */
  bySite?: true;
}

export function expiryFromText(plainText: string, now: number): Expiry {
  const text = plainText.normalize('NFKC').replace(/[ \t\u00a0]+/g, ' ');
  const counted = remaining(text, now);
  if (counted !== null) return { expiresAt: counted };
  const named = dateTime(text, now) ?? timeOfDay(text, now);
  return named === null ? { expiresAt: null } : { expiresAt: named, bySite: true };
}

/** 「残り 4分30秒」「あと299秒」「残り時間 4:30」「5分間有効」 */
function remaining(text: string, now: number): number | null {
  const counted =
    /(?:残り(?:時間|有効時間)?|あと)\s*[:は]?\s*(?:約\s*)?(?:(\d{1,3})\s*分)?\s*(?:(\d{1,4})\s*秒)?/.exec(
      text,
    );
  if (counted && (counted[1] || counted[2])) {
    return within(now + Number(counted[1] ?? 0) * minute + Number(counted[2] ?? 0) * 1000, now);
  }
  const clock = /(?:残り(?:時間|有効時間)?|あと)\s*[:は]?\s*(\d{1,3}):(\d{2})(?!\d)/.exec(text);
  if (clock) return within(now + Number(clock[1]) * minute + Number(clock[2]) * 1000, now);
  return null;
}

/** 「有効期限:2026年11月23日 14:05:30」「2026/11/23 14:05まで」 */
function dateTime(text: string, now: number): number | null {
  const pattern =
    /(\d{4})\s*[-/年.]\s*(\d{1,2})\s*[-/月.]\s*(\d{1,2})\s*日?\s*(?:\([^)]{1,3}\))?\s*T?\s*(\d{1,2})\s*[:時]\s*(\d{1,2})(?:\s*[:分]\s*(\d{1,2}))?/g;
  for (const match of text.matchAll(pattern)) {
    if (!near(text, match.index, match[0].length)) continue;
    const [year = 0, month = 1, day = 1, hour = 0, minutes = 0, seconds = 0] = match.slice(1).map(Number);
    const found = eitherZone([year, month - 1, day, hour, minutes, seconds || 0], now);
    if (found !== null) return found;
  }
  return null;
}

/** 「有効期限 14:05」「14時5分まで」 */
function timeOfDay(text: string, now: number): number | null {
  for (const match of text.matchAll(/(?<!\d|\d:)(\d{1,2})\s*[:時]\s*(\d{2})(?:\s*[:分]\s*(\d{2}))?(?!\d)/g)) {
    if (!near(text, match.index, match[0].length)) continue;
    const today = new Date(now + japan);
    const found = eitherZone(
      [
        today.getUTCFullYear(),
        today.getUTCMonth(),
        today.getUTCDate(),
        Number(match[1]),
        Number(match[2]),
        Number(match[3] ?? 0),
      ],
      now,
    );
    if (found !== null) return found;
  }
  return null;
}

/** Whether the text just before or after speaks of an expiry. */
function near(text: string, index: number, length: number): boolean {
  const before = text.slice(Math.max(0, index - 30), index);
  const after = text.slice(index + length, index + length + 12);
  return new RegExp(label).test(before) || /まで|期限/.test(after);
}

type Parts = [number, number, number, number, number, number];

function eitherZone(parts: Parts, now: number): number | null {
  const inJapan = Date.UTC(...parts) - japan;
  return (
    within(inJapan, now) ??
    within(inJapan + 24 * 60 * minute, now) ??
    within(new Date(...parts).getTime(), now) ??
    // A PC whose clock is ahead: how far is known where this is read.
    within(inJapan, now - longest + 10 * minute)
  );
}

function within(time: number, now: number): number | null {
  return time > now - 10 * minute && time < now + longest ? time : null;
}
