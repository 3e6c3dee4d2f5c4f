import { useEffect, useState } from 'preact/hooks';
import type { Phone } from '../../../common/guide/index.ts';
import type { PanelState } from '../../messages/panel-messages.ts';
import type { Send } from '../background-port.ts';
import { remainingTime, word } from '../words.ts';
import { Button } from './button.tsx';
import { PhoneChoice } from './phone-choice.tsx';
import { PhoneTrouble } from './phone-steps.tsx';
import { Fold } from './prepare-view.tsx';
import { Instructions, Notes, type StepProps } from './step-view.tsx';

/** Below this many milliseconds the time left is pointed out. */
const soon = 60_000;

/** Manual (7). */
export function QrStep({ step, state, send }: StepProps) {
  return (
    <section>
      <Remaining qr={state.journey.qr} send={send} />
      {state.phone ? null : <PhoneChoice phone={state.phone} send={send} />}
      <Fold title={word('phoneChecklistTitle')} open name="phone-checklist">
        <PhoneChecklist phone={state.phone} />
      </Fold>
      <Instructions step={step} />
      {state.phone ? <HowToScan phone={state.phone} /> : null}
      <Username state={state} />
      <Button
        action="phone-opened"
        kind="main"
        onPress={() => send({ type: 'person-at', step: 'phone-login' })}
      >
        {word('phoneOpened')}
      </Button>
      <PhoneTrouble step={step.id} send={send} />
      <Notes step={step} />
    </section>
  );
}

/** What the phone has to show at (8). */
export function Username({ state: { username } }: { state: PanelState }) {
  if (!username) return null;
  return (
    <p class="username">
      {word('expectedUsername')} <strong data-username={username}>{username}</strong>
    </p>
  );
}

function Remaining({ qr, send }: { qr: PanelState['journey']['qr']; send: Send }) {
  const expiresAt = qr?.expiresAt ?? null;
  const now = useClock(expiresAt !== null);
  const over = expiresAt !== null && now >= expiresAt;
  useEffect(() => {
    if (over) send({ type: 'qr-over' });
  }, [over, send]);
  if (expiresAt === null) return <p class="remaining">{word('expiryOnPage')}</p>;
  const left = expiresAt - now;
  return (
    <p class={left < soon ? 'remaining soon' : 'remaining'} data-expires-at={expiresAt}>
      {word('qrRemaining')} <strong>{remainingTime(left)}</strong>
      {left < soon ? <span role="alert">{word('qrSoon')}</span> : null}
    </p>
  );
}

/** Ticks once a second while there is something to count down. */
function useClock(running: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [running]);
  return now;
}

export function HowToScan({ phone }: { phone: Phone }) {
  const steps =
    phone === 'iphone'
      ? (['scanIphone1', 'scanIphone2', 'scanIphone3'] as const)
      : (['scanAndroid1', 'scanAndroid2', 'scanAndroid3'] as const);
  return (
    <ol class="how">
      {steps.map((key) => (
        <li key={key}>{word(key)}</li>
      ))}
    </ol>
  );
}

const checklist = {
  iphone: ['checkIphoneBrowser', 'checkIphoneVersion', 'checkIphoneKeychain', 'checkIphonePasscode'],
  android: ['checkAndroidBrowser', 'checkAndroidVersion', 'checkAndroidLock'],
  both: ['checkBiometrics', 'checkNoApps', 'checkReplaced'],
} as const;

/** Before scanning. Where it is not known which phone it is, each line says which one it is about. */
export function PhoneChecklist({ phone }: { phone: Phone | null }) {
  const own = (['iphone', 'android'] as const)
    .filter((kind) => phone === null || phone === kind)
    .flatMap((kind) => checklist[kind].map((key) => ({ key, kind })));
  return (
    <ul class="plain ticks">
      {own.map(({ key, kind }) => (
        <li key={key}>
          {phone ? null : <strong>{word(`phone_${kind}`)} </strong>}
          {word(key)}
        </li>
      ))}
      {checklist.both.map((key) => (
        <li key={key}>{word(key)}</li>
      ))}
    </ul>
  );
}
