import type { StepId } from '../../common/guide/index.ts';

/** Pages and controls of the signs' names, and the step each belongs to. */
const steps: readonly (readonly [string, StepId])[] = [
  ['association-', 'open-site'],
  ['portal-menu-', 'choose-method'],
  ['control-choose-method', 'choose-method'],
  ['card-auth-', 'card-auth'],
  ['control-card-auth', 'card-auth'],
  ['qr-', 'scan-qr'],
  ['complete-', 'finish'],
];

/**
 * Where in the manual the person probably is, on a page that fits no step: the step with most of its signs there.
 * Null when there are none, or two steps have as many: then it is not known.
 */
export function probableStep(signs: readonly string[]): StepId | null {
  const counts = new Map<StepId, number>();
  for (const sign of signs) {
    const step = steps.find(([beginning]) => sign.startsWith(beginning))?.[1];
    if (step) counts.set(step, (counts.get(step) ?? 0) + 1);
  }
  const [first, second] = [...counts].sort(([, a], [, b]) => b - a);
  return first && first[1] !== second?.[1] ? first[0] : null;
}
