import { checkNames } from '../../common/guide/checks.ts';
import { isAmbiguous, questionsFor } from '../../common/report/ask-next.ts';
import { causeIds, causeWords, withoutValues } from '../../common/report/causes.ts';
import { measured } from '../../common/report/measured.ts';
import type { Report } from '../../common/report/schema.ts';
import { type DecodedCode, shownCode } from '../../common/report/support-code/code.ts';
import {
  checkLine,
  dataOf,
  driftLine,
  errorLine,
  hangingOn,
  leading,
  registrationLine,
  sectionTexts,
  times,
} from '../../common/report/text.ts';
import { listed, reportWord } from '../../common/report/words.ts';
import { analyse } from '../report/analyse.ts';
import { Card } from './card.tsx';
import { CauseLink } from './cause-link.tsx';
import { useLanguage } from './language.ts';

/** Everything a report says, the most useful first. */
export function ReportView({ report }: { report: Report }) {
  const { language, say } = useLanguage();
  const { cause, next } = leading(report, language);
  const causes = [report.cause, ...report.further];
  const sections = sectionTexts(report, language);
  return (
    <article data-cause={report.cause} data-verdict={report.verdict}>
      <Card title={say('verdict')} name="verdict">
        <p class="sentence">{cause}</p>
        <p class="soft">
          <CauseLink id={report.cause} /> {times(report.made.at)}{' '}
          {reportWord(`by_${report.made.by}`, language)} {shownCode(report.supportCode)}
        </p>
        {causeWords(report.cause) ? null : <p class="problem">{say('notKnown')}</p>}
        {rulesDiffer(report) ? <p class="problem">{say('rulesDiffer')}</p> : null}
      </Card>
      <Tell ja={leading(report, 'ja').next} next={next} />
      <Questions causes={causes} report={report} />
      <Evidence report={report} />
      <Further ids={report.further} report={report} />
      {(['machine', 'timeline', 'checks', 'facts'] as const).map((section) =>
        sections[section] ? (
          <details key={section} data-section={section} open={section === 'machine'}>
            <summary>{reportWord(section, language)}</summary>
            <pre>
              <Linked text={sections[section]?.join('\n') ?? ''} />
            </pre>
          </details>
        ) : null,
      )}
      {report.removed.length > 0 ? (
        <p class="soft">
          {reportWord('removed', language)}:{' '}
          {listed(
            report.removed.map((section) => reportWord(section, language)),
            language,
          )}
        </p>
      ) : null}
    </article>
  );
}

/** A code on its own. */
export function CodeView({ decoded }: { decoded: DecodedCode }) {
  const { language, say } = useLanguage();
  if (decoded.outcome !== 'code') {
    return (
      <p class="problem" role="alert" data-code={decoded.outcome}>
        {say(decoded.outcome === 'newer' ? 'newer' : `code_${decoded.why}`)}
      </p>
    );
  }
  const { causes, system, browser, release } = decoded.code;
  const [first = 'none.ready'] = causes;
  const words = causeWords(first, withoutValues);
  return (
    <article data-code="code" data-cause={first}>
      <Card title={say('verdict')} name="verdict">
        <p class="sentence">{words?.sentence[language] ?? say('notKnown')}</p>
        <p class="soft">
          <CauseLink id={first} />
        </p>
      </Card>
      <Tell ja={words?.next?.ja ?? null} next={words?.next?.[language] ?? null} />
      <Questions causes={causes} report={null} />
      <Further ids={causes.slice(1)} report={null} />
      <p class="soft">
        {say('environment')}: {system} / {browser} / {release ?? '?'}
      </p>
      <p class="soft">{say('codeOnly')}</p>
    </article>
  );
}

/** What is said to the caller is said in Japanese, whatever language the desk reads. */
function Tell({ ja, next }: { ja: string | null; next: string | null }) {
  const { say } = useLanguage();
  return (
    <Card title={say('tell')} name="tell">
      {ja ? (
        <p class="sentence" lang="ja">
          {ja}
        </p>
      ) : null}
      {next !== ja || !ja ? <p class={ja ? 'soft' : 'sentence'}>{next ?? say('noNext')}</p> : null}
    </Card>
  );
}

/** What speaks for the cause: the finding itself, how it came about, and everything else that failed. */
function Evidence({ report }: { report: Report }) {
  const { language, say, inLanguage } = useLanguage();
  const { checks, error, drift, facts } = report;
  const cause = causeIds.find((known) => known === report.cause && !known.startsWith('none.'));
  const telling = (checks ?? []).filter(({ status, reason }) => status === 'fail' || reason === report.cause);
  const registrations = facts?.registrations ?? [];
  return (
    <Card title={say('evidence')} name="evidence">
      <ul>
        {error ? (
          <li>
            {reportWord('seenError', language)}: {errorLine(report, language)} <CauseLink id={error.id} />
          </li>
        ) : null}
        {telling.map((check) => {
          const hanging = check.status === 'fail' ? hangingOn(check.check) : [];
          return (
            <li key={check.check}>
              <Linked text={checkLine(check, language)} />
              {hanging.length > 0 ? (
                <p class="soft">
                  {reportWord('hangs', language)}:{' '}
                  {listed(
                    hanging.map((id) => checkNames[id][language]),
                    language,
                  )}
                </p>
              ) : null}
            </li>
          );
        })}
        {drift.map((it) => (
          <li key={it.at}>
            {reportWord('drift', language)}: {driftLine(it, language)}
          </li>
        ))}
        {registrations.map((it) => (
          <li key={it.browser}>{registrationLine(it, language)}</li>
        ))}
        {checks ? null : <li>{say('checksRemoved')}</li>}
        {checks && telling.length === 0 && !error ? <li>{reportWord('noneFailed', language)}</li> : null}
      </ul>
      {cause ? (
        <p class="soft">
          {say('measured')}: {inLanguage(measured(cause))}
        </p>
      ) : null}
    </Card>
  );
}

/** Lines of the report; the ids of causes in them lead to the catalogue. */
function Linked({ text }: { text: string }) {
  return (
    <>
      {text.split(/(\[[a-z-]+\.[a-z-]+\])/).map((part, index) => {
        const id = part.slice(1, -1);
        return index % 2 === 1 && causeWords(id) ? <CauseLink key={index} id={id} /> : part;
      })}
    </>
  );
}

function Questions({ causes, report }: { causes: readonly string[]; report: Report | null }) {
  const { say, inLanguage } = useLanguage();
  const questions = questionsFor(causes, report);
  if (questions.length === 0 || !isAmbiguous(causes)) return null;
  return (
    <Card title={say('ask')} name="ask">
      <ol>
        {questions.map((text) => (
          <li key={text.ja}>{inLanguage(text)}</li>
        ))}
      </ol>
    </Card>
  );
}

function Further({ ids, report }: { ids: readonly string[]; report: Report | null }) {
  const { language, say } = useLanguage();
  if (ids.length === 0) return null;
  return (
    <Card title={say('further')} name="further">
      <ul>
        {ids.map((id) => {
          const sentence =
            causeWords(id, report ? dataOf(report, id) : withoutValues)?.sentence[language] ?? '';
          return (
            <li key={id}>
              {sentence} <CauseLink id={id} />
            </li>
          );
        })}
      </ul>
    </Card>
  );
}

/** The rules here may be newer than those that made the report. */
function rulesDiffer({ facts, checks, made }: Report): boolean {
  if (!facts || !checks) return false;
  const skipped = made.by === 'host' ? (['browser', 'site', 'browser-session'] as const) : [];
  const again = analyse(facts.situation, skipped).checks;
  return again.map(({ reason }) => reason).join() !== checks.map(({ reason }) => reason).join();
}
