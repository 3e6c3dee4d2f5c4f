import {
  type CheckAction,
  type CheckId,
  checkNames,
  checkParents,
  wordsForReason,
} from '../../../common/guide/checks.ts';
import { type Check, isPending } from '../../judge/check.ts';
import type { Send } from '../background-port.ts';
import { findingNext, findingSentence, inLanguage, whyUnknown, word } from '../words.ts';
import { ActionButton } from './finding-action.tsx';
import { isHostAction } from './host-action.tsx';
import { Icon } from './icon.tsx';
import { said } from './said.tsx';

interface CheckListProps {
  checks: readonly Check[];
  /** What to do about this one stands above the list already. */
  above: Check | null;
  send: Send;
}

/** All checks that can be shown, as a tree drawn by indentation. */
export function CheckList({ checks, above, send }: CheckListProps) {
  return (
    <ul class="checks">
      {checks.map((check) => (
        <CheckRow key={check.check} check={check} aboveAlready={check.check === above?.check} send={send} />
      ))}
    </ul>
  );
}

function CheckRow({ check, aboveAlready, send }: { check: Check; aboveAlready: boolean; send: Send }) {
  const pending = isPending(check);
  const troubled = check.status !== 'pass' && check.status !== 'skipped';
  const next = troubled && !aboveAlready ? findingNext(check) : null;
  const why = whyUnknown(check);
  const { action } = wordsForReason(check.reason);
  return (
    <li
      class={`check ${pending ? 'pending' : check.status} depth-${depth(check.check)}`}
      data-check={check.check}
      data-status={check.status}
      data-reason={check.reason}
      aria-busy={pending}
    >
      <Icon name={pending ? 'pending' : check.status} label={statusWord(check, pending)} />
      <div>
        <p class="check-name">{said(inLanguage(checkNames[check.check]))}</p>
        <p class="check-sentence">
          {said(findingSentence(check))}
          {why ? ` ${why}` : ''}
        </p>
        {next ? <p class="check-next">{said(next)}</p> : null}
        {troubled && !aboveAlready && action && belongsHere(action) ? (
          <ActionButton action={action} send={send} main={false} />
        ) : null}
      </div>
    </li>
  );
}

/** Buttons that the words of the finding speak of. */
const belongsHere = (action: CheckAction) => isHostAction(action) || action === 'allow-site-access';

function statusWord(check: Check, pending: boolean): string {
  return pending ? word('statusChecking') : word(`status_${check.status}`);
}

/** The card's chain is long: two levels are enough to see what belongs to what. */
function depth(check: CheckId): 0 | 1 {
  return checkParents[check].length > 0 ? 1 : 0;
}
