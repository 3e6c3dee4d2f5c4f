import { controlLabels, type Evidence, type MappedStep, stepMap } from './site-map.ts';

/**
 * What the step map holds of a step, and on what ground, as codes for a report: what it is for, source, how sure, where
 * it was tried (`control:manual-3:printed:fixtures`). Nothing of a page gets in here.
 */
export function evidenceCodes(step: string): string[] {
  const mapped: MappedStep | undefined = Object.entries(stepMap).find(([id]) => id === step)?.[1];
  if (!mapped) return [];
  const { signs, control, expects } = mapped;
  const codes = [
    ...signs.signs.map(({ evidence }) => code('sign', evidence)),
    ...(control ? [code('control', controlLabels[control].evidence)] : []),
    ...(expects ? [code('next', expects.evidence)] : []),
  ];
  return [...new Set(codes)];
}

function code(what: string, { source, confidence, tried }: Evidence): string {
  return [what, source, confidence, tried.join('.')].join(':').replace(/[()]/g, '').replaceAll(' ', '-');
}
