import { useState } from 'preact/hooks';
import type { StepId } from '../../../common/guide/index.ts';
import type { Send } from '../background-port.ts';
import { word } from '../words.ts';
import { Button } from './button.tsx';
import { Username } from './qr-step.tsx';
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
        <p class="working" role="status">
          <span class="spinner" aria-hidden="true" />
          {word('waitingForPc')}
        </p>
      )}
      <PhoneTrouble send={send} />
      {before ? (
        <Button action="back" kind="quiet" onPress={() => send({ type: 'person-at', step: before })}>
          {word('back')}
        </Button>
      ) : null}
    </section>
  );
}

const troubles = [
  ['invalid-registration', 'sees_invalid_registration'],
  ['security-key-error', 'sees_security_key_error'],
  ['qr-expired', 'sees_qr_expired'],
  ['qr-used', 'sees_qr_used'],
] as const;

/** 「スマホにエラーが出た」: asks what is seen, since the PC can't know. */
export function PhoneTrouble({ send }: { send: Send }) {
  const [asking, setAsking] = useState(false);
  if (!asking) {
    return (
      <Button action="phone-error" onPress={() => setAsking(true)}>
        {word('phoneError')}
      </Button>
    );
  }
  return (
    <fieldset class="confirm">
      <legend>{word('phoneErrorAsk')}</legend>
      {troubles.map(([error, label]) => (
        <Button
          key={error}
          action={`phone-error-${error}`}
          onPress={() => send({ type: 'person-sees', error })}
        >
          {word(label)}
        </Button>
      ))}
      <Button action="phone-error-none" kind="quiet" onPress={() => setAsking(false)}>
        {word('back')}
      </Button>
    </fieldset>
  );
}
