import { stepById, steps } from '../guide/index.ts';
import { causeWords, withoutValues } from './causes.ts';
import { times } from './text.ts';
import { entriesOf, type Timeline, type TimelineEntry } from './timeline.ts';
import { type Language, type ReportWord, reportWord } from './words.ts';

/** One line for each entry, oldest first. */
export function timelineLines(timeline: Timeline, language: Language): string[] {
  const entries = entriesOf(timeline);
  if (entries.length === 0) return [`・${reportWord('timelineEmpty', language)}`];
  const lines = entries.map((entry) => `${times(entry.at)}  ${entryText(entry, language)}`);
  if (timeline.dropped > 0) {
    const gap = reportWord('droppedEntries', language).replace('{count}', String(timeline.dropped));
    lines.splice(timeline.first.length, 0, gap);
  }
  return lines;
}

/** What happened, without its time. */
export function entryText(entry: TimelineEntry, language: Language): string {
  const word = (key: ReportWord) => reportWord(key, language);
  const after = 'ms' in entry && entry.ms !== undefined ? ` (${duration(entry.ms)})` : '';
  switch (entry.type) {
    case 'step':
      return `${word('entry_step')}: ${stepName(entry.step, language)} [${entry.phase}]${after}`;
    case 'check': {
      const words = causeWords(entry.reason, withoutValues);
      const said = words?.sentence[language] ?? entry.reason;
      const sentence = said === '…' ? word(`status_${entry.status as 'pass'}`) : said;
      return `${word('entry_check')}: ${words?.about[language] ?? entry.check} → ${sentence} [${entry.reason}]${after}`;
    }
    case 'error': {
      const seen = [entry.netError, entry.status].filter(Boolean).join(', ');
      return `${word('entry_error')}: ${causeWords(entry.error)?.sentence[language] ?? entry.error}${seen && ` (${seen})`}`;
    }
    case 'net-error':
      return `${word('entry_net-error')}: ${entry.netError}`;
    case 'host':
      return `${word('entry_host')}: ${entry.failure ?? entry.state}${after}`;
    case 'phone':
      return `${word('entry_phone')}: ${phoneText(entry.what, language)} (${entry.by})`;
    case 'drift':
      return `${word('entry_drift')}: ${stepName(entry.step, language)} ${entry.signs?.join(', ') ?? ''}`.trim();
    case 'browser-started':
      return word('browserStarted');
    case 'worker-started':
      return word('workerStarted');
    case 'record':
      return `${word(entry.mark === 'begin' ? 'recordBegin' : 'recordEnd')}${after}`;
  }
}

function phoneText(what: string, language: Language): string {
  return causeWords(what)?.sentence[language] ?? stepName(what, language);
}

export function stepName(id: string, language: Language): string {
  const step = steps.find((known) => known.id === id);
  return step ? `(${step.number}) ${stepById(step.id).title[language]}` : id;
}

/** 「850 ms」「3.2 s」「4 min」 */
function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.round(ms / 60_000)} min`;
}
