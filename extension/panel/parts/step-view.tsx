import type { ComponentChildren } from 'preact';
import { type Step, stepById } from '../../../common/guide/index.ts';
import { isBefore, type NotPressed } from '../../journey/journey.ts';
import { probableStep } from '../../journey/probable-step.ts';
import type { PanelState } from '../../messages/panel-messages.ts';
import type { Send } from '../background-port.ts';
import { findingNext, findingSentence, inLanguage, word } from '../words.ts';
import { Button } from './button.tsx';
import { CertificateStep, PinStep } from './card-steps.tsx';
import { FindingAction } from './finding-action.tsx';
import { FinishStep } from './finish-step.tsx';
import { Icon } from './icon.tsx';
import { PhoneStep } from './phone-steps.tsx';
import { QrStep } from './qr-step.tsx';
import { said } from './said.tsx';

/** Manual (2)–(13): what the person does now. */
export function StepView({ state, send }: { state: PanelState; send: Send }) {
  const step = stepById(state.journey.step);
  return (
    <>
      <StepHeading step={step} />
      <StepBody step={step} state={state} send={send} />
      {step.id in working ? null : (
        <UnfamiliarPage step={step} state={state}>
          {/* From the QR code on, it would begin all over again what the phone goes on with. */}
          {isBefore(step.id, 'scan-qr') ? <OpenPortal send={send} /> : null}
        </UnfamiliarPage>
      )}
      {state.journey.phase === 'finished' ? null : (
        <footer class="leave">
          <Button action="cancel" kind="quiet" onPress={() => send({ type: 'cancel' })}>
            {word('cancel')}
          </Button>
        </footer>
      )}
    </>
  );
}

function StepHeading({ step }: { step: Step }) {
  return (
    <header class="step-heading">
      <p class="step-count">
        {word('stepCount', step.number)}
        <span class="device">{word(`device_${step.device}`)}</span>
      </p>
      <progress max={13} value={step.number} aria-hidden="true" />
      {step.id === 'finish' ? <Icon name="pass" large /> : null}
      <h1 id="headline">{said(inLanguage(step.title))}</h1>
    </header>
  );
}

function StepBody({ step, state, send }: { step: Step; state: PanelState; send: Send }) {
  switch (step.id) {
    case 'prepare':
      return null;
    case 'open-site':
    case 'choose-method':
    case 'card-auth':
      return <DrivenStep step={step} state={state} send={send} />;
    case 'choose-certificate':
      return <CertificateStep step={step} state={state} send={send} />;
    case 'enter-pin':
      return <PinStep step={step} state={state} send={send} />;
    case 'scan-qr':
      return <QrStep step={step} state={state} send={send} />;
    case 'phone-login':
    case 'phone-register':
    case 'phone-biometric':
    case 'phone-label':
    case 'phone-done':
      return <PhoneStep step={step} state={state} send={send} />;
    case 'finish':
      return <FinishStep step={step} state={state} send={send} />;
  }
}

export interface StepProps {
  step: Step;
  state: PanelState;
  send: Send;
}

export function Instructions({ step }: { step: Step }) {
  return (
    <>
      {step.instructions.map((text) => (
        <p key={text.ja} class="instruction">
          {said(inLanguage(text))}
        </p>
      ))}
    </>
  );
}

export function Notes({ step }: { step: Step }) {
  if (step.notes.length === 0) return null;
  return (
    <ul class="notes">
      {step.notes.map((text) => (
        <li key={text.ja}>{said(inLanguage(text))}</li>
      ))}
    </ul>
  );
}

/** What is being done: a ring in the page shows where. */
const working = {
  'open-site': 'working_open_site',
  'choose-method': 'working_choose_method',
  'card-auth': 'working_card_auth',
} as const;

const otherWayWords = {
  'initial-qr': 'otherWay_initial_qr',
  'my-number-card': 'otherWay_my_number_card',
  'my-number-phone': 'otherWay_my_number_phone',
  'change-phone': 'otherWay_change_phone',
} as const;

/** (2)–(4) go by themselves; where they can't, the person is asked. */
function DrivenStep({ step, state, send }: StepProps) {
  const { asked, fits, pageFailed, unfamiliarPage } = state.journey;
  if (pageFailed) {
    return (
      <section class="notice warn" data-page-failed>
        <p class="instruction">{said(word('pageFailed'))}</p>
        <OpenPortal send={send} />
      </section>
    );
  }
  // Nothing is being done there. Asked in a frame of such a page, the person has an answer already.
  if (unfamiliarPage && (fits.length > 0 || !asked)) {
    return (
      <UnfamiliarPage step={step} state={state}>
        <OpenPortal send={send} />
      </UnfamiliarPage>
    );
  }
  const waitsForCard = step.id === 'card-auth' && state.verdict === 'blocked' && state.foremost;
  if (waitsForCard && state.foremost) {
    const next = findingNext(state.foremost);
    return (
      <section class="notice warn">
        <p class="instruction">{said(findingSentence(state.foremost))}</p>
        {next ? <p>{said(next)}</p> : null}
        <FindingAction check={state.foremost} send={send} main />
      </section>
    );
  }
  if (asked) {
    return (
      <section class="notice" data-asked={asked.control} data-why={asked.why}>
        {askedWords(asked.why, step).map((sentence, index) => (
          <p key={sentence} class={index === 0 ? 'instruction' : undefined}>
            {said(sentence)}
          </p>
        ))}
        {step.id === 'open-site' || afresh.includes(asked.why) ? <OpenPortal send={send} /> : null}
        {asked.why === 'not-found' ? <ManualPlace step={step} /> : null}
      </section>
    );
  }
  return (
    <section>
      <p class="working" role="status">
        <span class="spinner" aria-hidden="true" />
        {word(working[step.id as keyof typeof working])}
      </p>
      <Instructions step={step} />
      <Notes step={step} />
    </section>
  );
}

/** Where the page is of no use as it is, and the way in is tried again. */
const afresh: readonly NotPressed[] = ['not-found', 'leads-elsewhere'];

/** Said at every step: the person sees a page that the manual does not show, or one of another way. */
function UnfamiliarPage({
  step,
  state,
  children,
}: Pick<StepProps, 'step' | 'state'> & { children?: ComponentChildren }) {
  const { unfamiliarPage, otherWay } = state.journey;
  if (!unfamiliarPage) return null;
  const [first, ...others] = unfamiliarWords(state.journey, step);
  return (
    <div class="notice" data-unfamiliar data-other-way={otherWay} data-fits={state.journey.fits.join(' ')}>
      <p class="instruction">{said(first)}</p>
      {others.map((sentence) => (
        <p key={sentence}>{said(sentence)}</p>
      ))}
      {otherWay ? null : <ManualPlace step={probablePlace(state.journey, step)} />}
      {children}
    </div>
  );
}

/** What is said of a page that is not the step's: the foremost first. */
export function unfamiliarWords(journey: PanelState['journey'], step: Step): [string, ...string[]] {
  const { otherWay, fits } = journey;
  if (otherWay) return [word(otherWayWords[otherWay])];
  if (fits.length > 1) {
    return [word('unfamiliar_fits', fits.map((id) => stepById(id).number).join('・'))];
  }
  const place = probablePlace(journey, step);
  const manualPlace = word('manualPlace', place.number);
  // The page of a control that is not there: manual (3), (4).
  if (place.id !== 'choose-method' && place.id !== 'card-auth') return [word('unfamiliar'), manualPlace];
  return [word('unfamiliar_drifted', place.number), ...askedWords('not-found', place)];
}

function probablePlace({ driftSigns, fits }: PanelState['journey'], step: Step): Step {
  // Of several, the one where the person is already.
  const place = fits.includes(step.id) ? step.id : (fits[0] ?? probableStep(driftSigns) ?? step.id);
  return stepById(place);
}

function ManualPlace({ step }: { step: Step }) {
  return (
    <a class="print-link" href={`/extension/pages/guide.html#${step.id}`} target="_blank" rel="noreferrer">
      {word('manualOpen', step.number)}
    </a>
  );
}

/** What the person does in the page, where nothing is pressed from here: the foremost first. */
export function askedWords(why: NotPressed, step: Step): string[] {
  const instructions = step.instructions.map(inLanguage);
  switch (why) {
    case 'closed':
      return [word('asked_open'), word('asked_open_then')];
    case 'on-the-way':
      return [word('asked_front'), word('asked_front_then')];
    case 'leads-elsewhere':
      return [word('asked_elsewhere'), word('asked_elsewhere_then')];
    case 'not-found':
      return [...instructions, word('asked_find'), word('asked_missing')];
    default:
      return [...instructions, word('asked_press')];
  }
}

function OpenPortal({ send }: { send: Send }) {
  return (
    <Button action="open-portal" kind="main" onPress={() => send({ type: 'open-portal' })}>
      {word('openPortal')}
    </Button>
  );
}
