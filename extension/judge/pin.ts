import { selectedCard } from './card-selection.ts';
import { type Finding, fail, pass, unknown, warn } from './check.ts';
import type { Situation } from './situation.ts';

/** This many tries or fewer are pointed out. Cards are known to start with 15. */
export const fewTries = 3;

/** From the answer to an empty VERIFY, which spends no try. ISO 7816-4, JAHIS 24-002 annex C. */
export function judgePin(situation: Situation): Finding {
  const statusWord = selectedCard(situation)?.facts?.pin?.statusWord;
  if (statusWord === undefined) return unknown('pin.unknown', { why: 'failed' });
  if (statusWord === '9000') return pass('pin.verified');
  if (statusWord === '6983' || statusWord === '6984') return fail('pin.locked', { tries: 0 });
  const tries = triesLeft(statusWord);
  if (tries === undefined) return unknown('pin.unknown', { why: 'failed', statusWord });
  if (tries === 0) return fail('pin.locked', { tries });
  if (tries === 1) return warn('pin.one-left', { tries });
  return tries <= fewTries ? warn('pin.few-left', { tries }) : pass('pin.ok', { tries });
}

/** `63CX`: X tries left. */
export function triesLeft(statusWord: string): number | undefined {
  const match = /^63C([0-9A-F])$/.exec(statusWord);
  return match?.[1] ? Number.parseInt(match[1], 16) : undefined;
}
