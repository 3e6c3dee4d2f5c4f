import { render } from 'preact';
import type { JourneyError } from '../journey/journey.ts';
import type { PanelState } from '../messages/panel-messages.ts';
import { useBackground } from '../panel/background-port.ts';
import { ErrorView } from '../panel/parts/error-view.tsx';
import { useFocusAfterPress } from '../panel/parts/focus.ts';
import { HostActions } from '../panel/parts/host-action.tsx';
import { useShownMark } from '../panel/parts/use-shown-mark.ts';
import { language, word } from '../panel/words.ts';
import '../panel/panel.css';

/**
 * Takes the place of the browser's error page after a failed card login, and of the site's page when the journey had
 * to be stopped: a browser error page runs no content script, so the guidance has to live in a page of our own.
 */
function ErrorPage() {
  const { state, send } = useBackground();
  const error = errorToShow(state);
  useShownMark(error !== null && state !== null);
  useFocusAfterPress(state?.verdict ?? '');
  return (
    <main
      class="app wide"
      data-step={state?.journey.step ?? 'card-auth'}
      data-verdict={state?.verdict ?? 'checking'}
    >
      <p class="product">{word('name')}</p>
      {state && error ? (
        <HostActions.Provider value={state.hostActions}>
          <ErrorView error={error} state={state} send={send} />
        </HostActions.Provider>
      ) : (
        <p class="working">{state ? word('errorOver') : word('headlineChecking')}</p>
      )}
    </main>
  );
}

/** The error of this page, also when another tab's journey has none or another one. */
function errorToShow(state: PanelState | null): JourneyError | null {
  const error = state?.journey.error ?? null;
  if (location.pathname.endsWith('/stopped.html')) return state?.journey.phase === 'stopped' ? error : null;
  return error?.id === 'access-denied' ? error : { id: 'access-denied', data: {} };
}

document.documentElement.lang = language();
document.title = word('errorPageTitle');
render(<ErrorPage />, document.body);
