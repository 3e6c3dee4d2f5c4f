import { useEffect, useState } from 'preact/hooks';
import { stepById } from '../../common/guide/index.ts';
import type { PanelState } from '../messages/panel-messages.ts';
import { useBackground } from './background-port.ts';
import { firstState } from './first-state.ts';
import { ErrorView, errorTitle } from './parts/error-view.tsx';
import { useFocusAfterPress } from './parts/focus.ts';
import { HostActions } from './parts/host-action.tsx';
import { headline, interruptedWords, PrepareView } from './parts/prepare-view.tsx';
import { ReportLink } from './parts/report-link.tsx';
import { said } from './parts/said.tsx';
import { askedWords, StepView, unfamiliarWords } from './parts/step-view.tsx';
import { useShownMark } from './parts/use-shown-mark.ts';
import { inLanguage, word } from './words.ts';

/** The side panel. */
export function App() {
  const { state: told, send } = useBackground();
  const first = useFirstState();
  const state = told ?? first;
  useShownMark(state !== null);
  useFocusAfterPress(state ? screenOf(state) : '');
  if (!state) {
    return (
      <main class="app" data-step="prepare" data-verdict="checking" aria-busy="true">
        <p class="working" role="status">
          <span class="spinner" aria-hidden="true" />
          {word('headlineChecking')}
        </p>
        <ReportLink />
      </main>
    );
  }
  const { journey, verdict } = state;
  return (
    <main class="app" data-step={journey.step} data-verdict={verdict} data-phase={journey.phase}>
      <p class="sr" role="status" aria-live="polite">
        {said(spoken(state))}
      </p>
      <HostActions.Provider value={state.hostActions}>
        {journey.error ? (
          <ErrorView error={journey.error} state={state} send={send} />
        ) : journey.phase === 'none' ? (
          <PrepareView state={state} send={send} />
        ) : (
          <StepView state={state} send={send} />
        )}
      </HostActions.Provider>
      <ReportLink />
    </main>
  );
}

/** What changes when another decision is asked for. */
function screenOf({ afterFinish, verdict, journey: { phase, step, error } }: PanelState): string {
  return [phase, step, error?.id, afterFinish, phase === 'none' ? verdict : ''].join(' ');
}

/** Null until it is read, which takes a moment. */
function useFirstState(): PanelState | null {
  const [first, setFirst] = useState<PanelState | null>(null);
  useEffect(() => void firstState().then(setFirst), []);
  return first;
}

/** What a screen reader says when it changes. */
function spoken(state: PanelState): string {
  const { error, phase, step, asked, unfamiliarPage } = state.journey;
  if (error) return errorTitle(error);
  if (phase === 'none') {
    if (state.afterFinish) return word(`afterFinish_${state.afterFinish}`);
    const cut = state.interrupted ? [interruptedWords(state.interrupted)] : [];
    return [...cut, headline(state)].join(' ');
  }
  const title = inLanguage(stepById(step).title);
  if (state.journey.pageFailed) return `${title} ${word('pageFailed')}`;
  if (asked && state.journey.fits.length === 0) {
    return [title, ...askedWords(asked.why, stepById(step))].join(' ');
  }
  return unfamiliarPage ? [title, ...unfamiliarWords(state.journey, stepById(step))].join(' ') : title;
}
