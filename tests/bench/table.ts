import type { Row } from './row.ts';
import type { Summary } from './statistics.ts';

const columns = [
  'measure',
  'who',
  'ratio',
  'median',
  'p10–p90',
  'runs',
  'APDUs',
  'octets',
  'promise',
] as const;

/** The table as Markdown: readable in a terminal, and to be put into docs/bench.md as it is. */
export function table(rows: readonly Row[]): string {
  const cells = rows.map(cellsOf);
  const widths = columns.map((name, index) =>
    Math.max(width(name), ...cells.map((line) => width(line[index] ?? ''))),
  );
  const line = (texts: readonly string[]) =>
    `| ${texts.map((text, index) => text + ' '.repeat(Math.max(0, (widths[index] ?? 0) - width(text)))).join(' | ')} |`;
  return [line(columns), line(widths.map((count) => '-'.repeat(count))), ...cells.map(line)].join('\n');
}

function cellsOf({ measure, section, subject, unit, value, ratio, apdus, bytes, promise }: Row): string[] {
  return [
    `${section}: ${measure}`,
    subject,
    ratio ? `${figure(ratio.value.median)}× ${ratio.to} (${span(ratio.value)})` : '',
    `${figure(value.median)} ${unit === 'count' ? '' : unit}`.trim(),
    value.runs > 1 ? span(value) : '',
    String(value.runs),
    apdus === undefined ? '' : String(apdus),
    bytes === undefined ? '' : String(bytes),
    promise ? `${promise.kept ? 'kept' : 'NOT KEPT'}: ${promise.text}` : '',
  ];
}

const span = ({ p10, p90 }: Summary) => `${figure(p10)}–${figure(p90)}`;

/** Three significant digits: more would be noise. */
function figure(value: number): string {
  if (value === 0) return '0';
  if (Math.abs(value) >= 100) return Math.round(value).toString();
  return Number(value.toPrecision(3)).toString();
}

const width = (text: string) => [...text].length;
