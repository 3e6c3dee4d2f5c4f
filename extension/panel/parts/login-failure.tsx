import { type CheckAction, wordsForReason } from '../../../common/guide/checks.ts';
import { type LoginCauseWords, loginCauses, restartForDriver } from '../../../common/guide/login-causes.ts';
import type { LoginCause } from '../../diagnosis/index.ts';
import type { Check } from '../../judge/index.ts';
import type { PanelState } from '../../messages/panel-messages.ts';
import type { Send } from '../background-port.ts';
import { fillInWords, findingNext, findingSentence, inLanguage, whyUnknown, word } from '../words.ts';
import { Button } from './button.tsx';
import { ActionButton, FindingAction } from './finding-action.tsx';
import { Icon } from './icon.tsx';
import { Fold } from './prepare-view.tsx';
import { said } from './said.tsx';

interface LoginFailureProps {
  state: PanelState;
  send: Send;
}

/** Error guide 1: the surest cause with its one remedy, what has been put right, the others below. */
export function LoginFailure({ state, send }: LoginFailureProps) {
  const { causes, gone, pinInnocent } = state.login;
  const solved = isSolved(state);
  const [first] = causes;
  if (state.verdict === 'checking' && gone.length === 0) {
    return (
      <p class="working" role="status">
        <span class="spinner" aria-hidden="true" />
        {word('causeLooking')}
      </p>
    );
  }
  return (
    <>
      {gone.length > 0 ? <Solved state={state} /> : null}
      {first && !solved ? <FirstCause cause={first} send={send} /> : null}
      {solved || state.verdict !== 'blocked' ? null : (
        <Button action="check-again" kind="quiet" onPress={() => send({ type: 'check-again' })}>
          {word('action_check_again')}
        </Button>
      )}
      {pinInnocent ? <p class="after">{word('pinInnocent')}</p> : null}
    </>
  );
}

/** What stands in the way of going on, where it is not the cause shown already. */
export function Needed({ state, send }: LoginFailureProps) {
  const { verdict, foremost } = state;
  const [first] = state.login.causes;
  if (verdict !== 'blocked' || !foremost) return null;
  if (first && idOf(first) === foremost.reason) return null;
  const next = findingNext(foremost);
  return (
    <div class="notice warn" data-needed={foremost.reason}>
      <p class="cause-label">{word('firstNeeded')}</p>
      <p class="instruction">{said(findingSentence(foremost))}</p>
      {next ? <p>{said(next)}</p> : null}
      <FindingAction check={foremost} send={send} main />
    </div>
  );
}

/** What else it may be, in the order of how sure it is. */
export function OtherCauses({ state, send }: LoginFailureProps) {
  const others = isSolved(state) ? state.login.causes : state.login.causes.slice(1);
  if (others.length === 0) return null;
  return (
    <Fold title={word('otherCausesTitle')} name="other-causes">
      <ul class="causes">
        {others.map((cause) => (
          <li key={idOf(cause)} data-cause={idOf(cause)} data-certainty={cause.certainty}>
            <span class="tag">{word(`certainty_${cause.certainty}`)}</span>
            <p class="cause-other">{said(sentenceOf(cause))}</p>
            <Next cause={cause} />
            <CauseAction cause={cause} send={send} main={false} />
          </li>
        ))}
      </ul>
    </Fold>
  );
}

/** Only a restart of the browser leads on: going on without it would end in the same error. */
export function needsRestart({ login: { causes, gone } }: PanelState): boolean {
  const [first] = causes;
  const remembered = first?.kind === 'own' && loginCauses[first.id].restart !== undefined;
  return remembered || gone.some(loadedAtStart);
}

/** Browsers load the driver and its module when they start, and only then. */
function loadedAtStart({ check, reason }: Check): boolean {
  return check === 'card-driver' || reason === 'certificate-store.no-module';
}

/** Something was wrong, was put right, and nothing that was measured to be wrong or doubtful is left. */
function isSolved({ login: { causes, gone } }: PanelState): boolean {
  const left = (cause: LoginCause) =>
    cause.certainty === 'certain' || (cause.kind === 'check' && cause.certainty === 'likely');
  return gone.length > 0 && !causes.some(left);
}

function Solved({ state }: { state: PanelState }) {
  return (
    <div class="cause solved" data-cause="gone" role="status">
      {state.login.gone.map((check) => (
        <p key={check.reason} class="cause-sentence" data-gone={check.reason}>
          <Icon name="pass" />
          <span>
            {word('causeGone')}
            <s>{said(findingSentence(check))}</s>
          </span>
        </p>
      ))}
      {needsRestart(state) ? (
        <Restart text={inLanguage(restartForDriver)} />
      ) : (
        <p class="next">{word(isSolved(state) ? 'causeGoneNext' : 'causeGoneMore')}</p>
      )}
    </div>
  );
}

function FirstCause({ cause, send }: { cause: LoginCause; send: Send }) {
  const restart = ownWords(cause)?.restart;
  return (
    <div class="cause" data-cause={idOf(cause)} data-certainty={cause.certainty}>
      <p class="cause-label">{word(`certainty_${cause.certainty}`)}</p>
      <p class="cause-sentence">{said(sentenceOf(cause))}</p>
      <Next cause={cause} />
      {restart ? <Restart text={inLanguage(restart)} /> : null}
      <CauseAction cause={cause} send={send} main={cause.certainty === 'certain'} />
    </div>
  );
}

function Restart({ text }: { text: string }) {
  return (
    <p class="restart">
      <strong>{word('restartWhy')}</strong> {said(text)}
    </p>
  );
}

function Next({ cause }: { cause: LoginCause }) {
  const own = ownWords(cause);
  const next =
    cause.kind === 'own'
      ? own && fillInWords(own.next, cause.data)
      : (findingNext(cause.check) ?? whyUnknown(cause.check));
  return next ? <p class="next">{said(next)}</p> : null;
}

function CauseAction({ cause, send, main }: { cause: LoginCause; send: Send; main: boolean }) {
  const action: CheckAction | undefined =
    cause.kind === 'own' ? ownWords(cause)?.action : wordsForReason(cause.check.reason).action;
  // The restart has its own button below.
  if (!action || action === 'close-browser') return null;
  return <ActionButton action={action} send={send} main={main} />;
}

function sentenceOf(cause: LoginCause): string {
  return cause.kind === 'own'
    ? fillInWords(loginCauses[cause.id].sentence, cause.data)
    : findingSentence(cause.check);
}

const ownWords = (cause: LoginCause): LoginCauseWords | undefined =>
  cause.kind === 'own' ? loginCauses[cause.id] : undefined;
const idOf = (cause: LoginCause) => (cause.kind === 'own' ? cause.id : cause.check.reason);
