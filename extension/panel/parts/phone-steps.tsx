import { useState } from 'preact/hooks';
import type { StepId } from '../../../common/guide/index.ts';
import type { Send } from '../background-port.ts';
import type { MessageKey } from '../message-keys.ts';
import { word } from '../words.ts';
import { Button } from './button.tsx';
import { takeFocus } from './focus.ts';
import { Username } from './qr-step.tsx';
import { said } from './said.tsx';
import { Instructions, Notes, type StepProps } from './step-view.tsx';

const order = [
  'scan-qr',
  'phone-login',
  'phone-register',
  'phone-biometric',
  'phone-label',
  'phone-done',
] as const satisfies StepId[];

/** Manual (8)–(12): what the phone shows now. No one can see the phone from here, so the person goes on. */
export function PhoneStep({ step, state, send }: StepProps) {
  const index = order.indexOf(step.id as (typeof order)[number]);
  const next = order[index + 1];
  const before = order[index - 1];
  return (
    <section>
      <Instructions step={step} />
      {step.id === 'phone-login' ? <Username state={state} /> : null}
      {step.id === 'phone-done' ? null : <p class="notice warn">{word('doNotGoBack')}</p>}
      <Notes step={step} />
      {next ? (
        <Button action="next" kind="main" onPress={() => send({ type: 'person-at', step: next })}>
          {word('phoneNext')}
        </Button>
      ) : (
        <>
          <p class="working" role="status">
            <span class="spinner" aria-hidden="true" />
            {word('waitingForPc')}
          </p>
          <Button action="pc-done" onPress={() => send({ type: 'person-at', step: 'finish' })}>
            {word('pcDone')}
          </Button>
        </>
      )}
      <PhoneTrouble step={step.id} send={send} />
      {before ? (
        <Button action="back" kind="quiet" onPress={() => send({ type: 'person-at', step: before })}>
          {word('back')}
        </Button>
      ) : null}
    </section>
  );
}

/** What the phone may show, and at which steps: the manual's error guide 2 and (10); (7) and (8) for the rest. */
const troubles = [
  { error: 'qr-expired', label: 'sees_qr_expired', at: ['scan-qr', 'phone-login'] },
  { error: 'qr-used', label: 'sees_qr_used', at: ['scan-qr', 'phone-login'] },
  { error: 'other-person', label: 'sees_other_person', at: ['phone-login'] },
  {
    error: 'invalid-registration',
    label: 'sees_invalid_registration',
    at: ['phone-login', 'phone-register', 'phone-biometric', 'phone-label', 'phone-done'],
  },
  {
    error: 'security-key-error',
    label: 'sees_security_key_error',
    at: ['phone-register', 'phone-biometric', 'phone-label'],
  },
] as const satisfies { error: string; label: MessageKey; at: readonly StepId[] }[];

/**
 * 「スマホにエラーが出た」: asks what is seen, since the PC can't know. First what belongs to the step; the phone may be
 * further than the panel, so the rest is one press away.
 */
export function PhoneTrouble({ step, send }: { step: StepId; send: Send }) {
  const [asking, setAsking] = useState<'not-yet' | 'no' | 'likely' | 'all'>('not-yet');
  if (asking === 'not-yet' || asking === 'no') {
    return (
      <Button action="phone-error" takesFocus={asking === 'no'} onPress={() => setAsking('likely')}>
        {word('phoneError')}
      </Button>
    );
  }
  const belongs = troubles.filter(({ at }) => (at as readonly StepId[]).includes(step));
  const others = troubles.filter((trouble) => !belongs.includes(trouble));
  const choice = ({ error, label }: (typeof troubles)[number]) => (
    <Button key={error} action={`phone-error-${error}`} onPress={() => send({ type: 'person-sees', error })}>
      {said(word(label))}
    </Button>
  );
  return (
    <fieldset key={asking} class="confirm" tabIndex={-1} ref={takeFocus}>
      <legend>{word('phoneErrorAsk')}</legend>
      {belongs.map(choice)}
      {asking === 'all' ? (
        <>
          {others.map(choice)}
          <p>{word('phoneErrorNone')}</p>
          <Button action="resume" onPress={() => send({ type: 'resume', tabId: null })}>
            {word('resumeAtSite')}
          </Button>
        </>
      ) : (
        <Button action="phone-error-others" onPress={() => setAsking('all')}>
          {word('phoneErrorOthers')}
        </Button>
      )}
      <Button action="phone-error-back" kind="quiet" onPress={() => setAsking('no')}>
        {word('closeBrowserNo')}
      </Button>
    </fieldset>
  );
}
