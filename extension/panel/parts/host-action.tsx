import { createContext } from 'preact';
import { useContext, useId } from 'preact/hooks';
import { type HostAction, hostActionOutcomes, hostActionWords } from '../../../common/guide/checks.ts';
import type { PanelState } from '../../messages/panel-messages.ts';
import type { Send } from '../background-port.ts';
import { inLanguage } from '../words.ts';
import { Button } from './button.tsx';
import { said } from './said.tsx';

/** What the host on this PC can do at a click, and what came of the last. */
export const HostActions = createContext<PanelState['hostActions']>({ available: [], last: null });

export function isHostAction(action: string | undefined): action is HostAction {
  return action !== undefined && Object.hasOwn(hostActionWords, action);
}

/** A button with a word on what it does. Nothing where the host can't do it. */
export function HostActionButton({ action, send, main }: { action: HostAction; send: Send; main: boolean }) {
  const { available, last } = useContext(HostActions);
  // The same button may stand at two findings.
  const description = useId();
  if (!available.includes(action)) return null;
  const outcome = last?.action === action ? last.outcome : null;
  const { label, does } = hostActionWords[action];
  return (
    <div class="host-action">
      <Button
        action={action}
        kind={main ? 'main' : 'other'}
        describedBy={description}
        onPress={() => send({ type: 'host-action', action })}
      >
        {said(inLanguage(label))}
      </Button>
      <p id={description} class="check-next">
        {said(inLanguage(does))}
      </p>
      <p class="check-next" role="status" data-outcome={outcome ?? undefined}>
        {outcome === 'under-way' ? <span class="spinner" aria-hidden="true" /> : null}
        {outcome ? said(inLanguage(hostActionOutcomes[outcome])) : null}
      </p>
    </div>
  );
}
