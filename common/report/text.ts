import { type CheckId, checkIds, checkNames, checkParents } from '../guide/checks.ts';
import { causeWords } from './causes.ts';
import type { Report, ReportedCheck, ReportedDrift, ReportedRegistration, Section } from './schema.ts';
import { shownCode } from './support-code/code.ts';
import { beginMark, endMark } from './text-marks.ts';
import { stepName, timelineLines } from './timeline-text.ts';
import { type Language, listed, type ReportWord, reportWord } from './words.ts';

/** A report as plain text: to be read in an e-mail from the top, and to be read back by a machine from its end. */
export function reportText(report: Report, language: Language = 'ja'): string {
  const word = (key: ReportWord) => reportWord(key, language);
  const { cause, next } = leading(report, language);
  const parts: string[][] = [
    [
      `${word('title')}  ${times(report.made.at)}`,
      '',
      `${word('cause')}: ${cause}`,
      ...(next ? [`${word('next')}: ${next}`] : []),
      `${word('supportCode')}: ${shownCode(report.supportCode)}`,
    ],
  ];
  const further = report.further.map((id) => causeWords(id)?.sentence[language]).filter(Boolean);
  if (report.error) parts[0]?.push(`${word('seenError')}: ${errorLine(report, language)}`);
  if (report.drift.length > 0) parts.push(driftLines(report, language));
  const sections = sectionTexts(report, language);
  if (sections.checks) parts.push(sections.checks);
  else if (further.length > 0) parts.push([`■ ${word('further')}`, ...further.map((it) => `・${it}`)]);
  const registrations = report.facts?.registrations;
  if (registrations) {
    parts.push([
      `■ ${word('registrations')}`,
      ...registrations.map((it) => `・${registrationLine(it, language)}`),
    ]);
  }
  if (sections.machine) parts.push([`■ ${word('machine')}`, ...sections.machine]);
  if (sections.timeline) parts.push([`■ ${word('timeline')}`, ...sections.timeline]);
  if (report.removed.length > 0) {
    parts.push([
      `${word('removed')}: ${listed(
        report.removed.map((section) => word(section)),
        language,
      )}`,
    ]);
  }
  parts.push([`${word('madeBy')}: ${word(`by_${report.made.by}`)} / ${tokensLine(report, language)}`]);
  parts.push([word('privacy')]);
  parts.push([
    `■ ${word('facts')}`,
    beginMark,
    JSON.stringify(report, null, 0).replaceAll('},{', '},\n{'),
    endMark,
  ]);
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** Which reports have the same tokens. */
export function tokensLine({ installation, tokens }: Report, language: Language): string {
  const line = `${reportWord('installation', language)}: ${installation}`;
  if (!tokens) return line;
  return `${line} (${reportWord('tokens', language)}: ${reportWord(`tokens_${tokens}`, language)})`;
}

/** Each removable section in lines, without its title; of the raw facts as they are saved. */
export function sectionTexts(report: Report, language: Language): Partial<Record<Section, string[]>> {
  const { checks, machine, timeline, facts } = report;
  return {
    ...(checks && { checks: checkLines(checks, language) }),
    ...(machine && { machine: machine.map(({ id, text }) => `・${machineName(id, language)}: ${text}`) }),
    ...(timeline && { timeline: timelineLines(timeline, language) }),
    ...(facts && { facts: JSON.stringify(facts, null, 1).split('\n') }),
  };
}

/** The report's one sentence, and what to do. */
export function leading(report: Report, language: Language): { cause: string; next: string | null } {
  const words = causeWords(report.cause, dataOf(report, report.cause));
  if (!words) return { cause: report.cause, next: null };
  return { cause: words.sentence[language], next: words.next?.[language] ?? null };
}

/** The values a cause's sentence needs. */
export function dataOf(report: Report, id: string): Readonly<Record<string, string | number>> {
  return report.checks?.find(({ reason }) => reason === id)?.data ?? report.error?.data ?? {};
}

/** How this program stands with one browser. */
export function registrationLine(
  { browser, manifest, extension }: ReportedRegistration,
  language: Language,
): string {
  const word = (key: ReportWord) => reportWord(key, language);
  return `${browser}: ${word(`manifest_${manifest}`)} / ${word(`extension_${extension}`)}`;
}

export function errorLine({ error }: Report, language: Language): string {
  if (!error) return '';
  const title = causeWords(error.id)?.sentence[language] ?? error.id;
  const seen = Object.values(error.data).join(', ');
  return seen ? `${title} (${seen})` : title;
}

function driftLines({ drift }: Report, language: Language): string[] {
  return [`■ ${reportWord('drift', language)}`, ...drift.map((it) => `・${driftLine(it, language)}`)];
}

export function driftLine({ at, step, signs, map }: ReportedDrift, language: Language): string {
  const list = (word: ReportWord, codes?: readonly string[]) =>
    codes ? ` (${reportWord(word, language)}: ${codes.join(', ') || '-'})` : '';
  return `${times(at)} ${stepName(step, language)}${list('driftSigns', signs)}${list('driftMap', map)}`;
}

/** What failed first, with what hangs on it; then everything else in a line each. */
function checkLines(checks: readonly ReportedCheck[], language: Language): string[] {
  const word = (key: ReportWord) => reportWord(key, language);
  const bad = checks.filter(({ status }) => status === 'fail');
  const rest = checks.filter(({ status }) => status !== 'fail');
  return [
    `■ ${word('failed')}`,
    ...(bad.length === 0 ? [`・${word('noneFailed')}`] : []),
    ...bad.flatMap((check) => {
      const hanging = hangingOn(check.check);
      return [
        `・${checkLine(check, language)}`,
        ...(hanging.length > 0
          ? [
              `　　${word('hangs')}: ${listed(
                hanging.map((id) => checkNames[id][language]),
                language,
              )}`,
            ]
          : []),
      ];
    }),
    '',
    `■ ${word('otherChecks')}`,
    ...rest.map((check) => `・${checkLine(check, language)}`),
  ];
}

export function checkLine({ check, status, reason, data }: ReportedCheck, language: Language): string {
  const words = causeWords(reason, data);
  const name = words?.about[language] ?? check;
  const why = typeof data['why'] === 'string' ? ` (${data['why']})` : '';
  return `${reportWord(`status_${status}`, language)} ${name}: ${words?.sentence[language] ?? reason}${why} [${reason}]`;
}

/** All checks below one, however deep. */
export function hangingOn(check: string): CheckId[] {
  const below = checkIds.filter((id) => (checkParents[id] as readonly string[]).includes(check));
  return [...new Set(below.flatMap((id) => [id, ...hangingOn(id)]))];
}

export function machineName(id: string, language: Language): string {
  const key = `machine_${id}` as ReportWord;
  return reportWord(key, language) ?? id;
}

/** 「2026-11-23 13:00:00 JST / 04:00:00 UTC」 */
export function times(at: string | number): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return String(at);
  const utc = date.toISOString();
  // Japan has had no summer time since 1951.
  const japan = new Date(date.getTime() + 9 * 60 * 60_000).toISOString();
  return `${japan.slice(0, 10)} ${japan.slice(11, 19)} JST / ${utc.slice(11, 19)} UTC`;
}
