import type { Count } from './ledger.ts';

const columns = ['area', 'fault', 'injected', 'survived', 'right afterwards', 'lost'] as const;

/** The counts as Markdown, with their sums. */
export function countsTable(counts: readonly Count[]): string {
  const sum = (of: (count: Count) => number) => counts.reduce((total, count) => total + of(count), 0);
  const all: Count = {
    area: 'all',
    fault: '',
    injected: sum(({ injected }) => injected),
    survived: sum(({ survived }) => survived),
    right: sum(({ right }) => right),
    lost: sum(({ lost }) => lost),
  };
  const lines = [...counts, all].map(({ area, fault, injected, survived, right, lost }) => [
    area,
    fault,
    ...[injected, survived, right, lost].map((count) => count.toLocaleString('en')),
  ]);
  const widths = columns.map((name, index) =>
    Math.max(name.length, ...lines.map((line) => (line[index] ?? '').length)),
  );
  const row = (cells: readonly string[]) =>
    `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' | ')} |`;
  return [row(columns), row(widths.map((width) => '-'.repeat(width))), ...lines.map(row)].join('\n');
}
