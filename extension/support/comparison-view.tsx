import { causeWords } from '../../common/report/causes.ts';
import { compareReports } from '../../common/report/compare.ts';
import type { Report, ReportedCheck } from '../../common/report/schema.ts';
import { leading, machineName, times } from '../../common/report/text.ts';
import { Card } from './card.tsx';
import { CauseLink } from './cause-link.tsx';
import { useLanguage } from './language.ts';

/** Before and after. */
export function ComparisonView({ one, other }: { one: Report; other: Report }) {
  const { language, say } = useLanguage();
  const { samePc, before, after, checks, machine } = compareReports(one, other);
  const finding = (check: ReportedCheck | null) =>
    check ? (causeWords(check.reason, check.data)?.sentence[language] ?? check.reason) : '―';
  return (
    <Card title={say('compare')} name="compare">
      {samePc ? null : <p class="problem">{say(samePc === null ? 'perhaps' : 'otherPc')}</p>}
      <table>
        <thead>
          <tr>
            <th scope="col" />
            <th scope="col">
              {say('before')} {times(before.made.at)}
            </th>
            <th scope="col">
              {say('after')} {times(after.made.at)}
            </th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">{say('verdict')}</th>
            <td>
              {leading(before, language).cause} <CauseLink id={before.cause} />
            </td>
            <td>
              {leading(after, language).cause} <CauseLink id={after.cause} />
            </td>
          </tr>
          {checks.map((row) => (
            <tr key={row.check} data-changed={row.check}>
              <th scope="row">
                {causeWords((row.after ?? row.before)?.reason ?? '')?.about[language] ?? row.check}
              </th>
              <td>{finding(row.before)}</td>
              <td>{finding(row.after)}</td>
            </tr>
          ))}
          {machine.map((row) => (
            <tr key={row.id} data-changed={`machine-${row.id}`}>
              <th scope="row">{machineName(row.id, language)}</th>
              <td>{row.before}</td>
              <td>{row.after}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {checks.length === 0 && machine.length === 0 ? <p>{say('nothingChanged')}</p> : null}
    </Card>
  );
}
