import { useEffect, useState } from 'preact/hooks';
import {
  errorGuideName,
  type GuideError,
  type GuideItem,
  guideErrorById,
  type Phone,
} from '../../../common/guide/index.ts';
import { unreachedTitle } from '../../../common/guide/login-causes.ts';
import { loginEnd } from '../../diagnosis/index.ts';
import type { JourneyError } from '../../journey/journey.ts';
import type { PanelState } from '../../messages/panel-messages.ts';
import { browser } from '../../platform/browser.ts';
import type { Send } from '../background-port.ts';
import { inLanguage, word } from '../words.ts';
import { Button } from './button.tsx';
import { CloseBrowser } from './close-browser.tsx';
import { Icon } from './icon.tsx';
import { LoginFailure, Needed, needsRestart, OtherCauses } from './login-failure.tsx';
import { PhoneChoice } from './phone-choice.tsx';
import { EnrolSettings, PhoneCauses, reportedCause } from './phone-error.tsx';
import { Fold } from './prepare-view.tsx';
import { said } from './said.tsx';

/** An error of the guide at the moment it is needed: the next thing to do first, causes and remedies below. */
export function ErrorView({ error, state, send }: { error: JourneyError; state: PanelState; send: Send }) {
  const { phase } = state.journey;
  const guide = guideErrorById(error.id);
  // Nothing of the manual's error 1 helps where there was no connection.
  const unreached = isUnreached(error);
  const folded = guide.id === 'invalid-registration' || unreached;
  const reported =
    guide.id === 'invalid-registration'
      ? reportedCause(String(error.data['cause'] ?? ''), state.phone)
      : null;
  const remedies = forPhone(guide.remedies, state.phone);
  const causes = forPhone(guide.causes, state.phone);
  return (
    <section class="error" data-error={guide.id}>
      <header>
        <Icon name={phase === 'stopped' ? 'fail' : 'warn'} large />
        <h1 id="headline" class={guide.id === 'access-denied' ? 'quoted' : undefined}>
          {said(errorTitle(error))}
        </h1>
      </header>
      {guide.id === 'access-denied' ? (
        <div class="live" aria-live="polite">
          <LoginFailure state={state} send={send} />
        </div>
      ) : (
        (reported ?? <p class="next">{said(inLanguage(guide.next))}</p>)
      )}
      <Onward guide={guide} state={state} send={send} />
      {guide.id === 'access-denied' ? <OtherCauses state={state} send={send} /> : null}
      {aboutPhone(guide) ? <PhoneChoice phone={state.phone} send={send} /> : null}
      {guide.id === 'invalid-registration' ? (
        <PhoneCauses reported={String(error.data['cause'] ?? '')} phone={state.phone} />
      ) : null}
      {guide.id === 'security-key-error' ? <EnrolSettings phone={state.phone} /> : null}
      {remedies.length > 0 && !folded ? (
        <Fold
          title={word(guide.id === 'access-denied' ? 'manualGuideTitle' : 'remediesTitle')}
          open={guide.id !== 'access-denied'}
          name="remedies"
        >
          <GuideItems items={remedies} marked={!state.phone} />
        </Fold>
      ) : null}
      {causes.length > 0 && !folded ? (
        <Fold title={word('causesTitle')} name="causes">
          <GuideItems items={causes} marked={!state.phone} />
        </Fold>
      ) : null}
      {state.supportContact ? (
        <p class="after" data-support>
          {word('supportContact')} <strong>{state.supportContact}</strong>
        </p>
      ) : null}
      <p class="source">
        {'manual' in guide.source && !unreached ? fromManual(guide.source.manual) : word('ours')}
        {typeof error.data['netError'] === 'string' ? ` ${error.data['netError']}` : ''}
        {typeof error.data['status'] === 'number' ? ` HTTP ${error.data['status']}` : ''}
      </p>
    </section>
  );
}

/** What the browser's page or the phone says. */
export function errorTitle(error: JourneyError): string {
  return inLanguage(isUnreached(error) ? unreachedTitle : guideErrorById(error.id).title);
}

const isUnreached = ({ id, data }: JourneyError) => id === 'access-denied' && loginEnd(data) === 'unreached';

function Onward({ guide, state, send }: { guide: GuideError; state: PanelState; send: Send }) {
  const tabId = useOwnTab();
  const resume = (label: string) => (
    <Button action="resume" kind="main" onPress={() => send({ type: 'resume', tabId })}>
      {label}
    </Button>
  );
  if (state.journey.phase === 'stopped' || guide.id === 'signature-certificate') {
    return <CloseBrowser send={send} main />;
  }
  switch (guide.resumeAt) {
    case 'card-auth':
      if (state.verdict !== 'ready' && state.verdict !== 'warning')
        return <Needed state={state} send={send} />;
      return needsRestart(state) ? (
        <>
          <CloseBrowser send={send} main />
          <Button action="resume" onPress={() => send({ type: 'resume', tabId })}>
            {word('resumeAtCard')}
          </Button>
        </>
      ) : (
        resume(word('resumeAtCard'))
      );
    case 'phone-register':
      return (
        <>
          <Button action="error-dismissed" kind="main" onPress={() => send({ type: 'error-dismissed' })}>
            {word('tryOnPhoneAgain')}
          </Button>
          <Button action="resume" onPress={() => send({ type: 'resume', tabId })}>
            {word('resumeAtSite')}
          </Button>
        </>
      );
    default:
      return (
        <>
          {resume(word('resumeAtSite'))}
          {guide.id === 'qr-used' ? (
            <Button action="error-dismissed" onPress={() => send({ type: 'error-dismissed' })}>
              {word('back')}
            </Button>
          ) : null}
        </>
      );
  }
}

/** The tab this page is shown in; null in the side panel, which has none. */
function useOwnTab(): number | null {
  const [tabId, setTabId] = useState<number | null>(null);
  useEffect(() => {
    void browser.tabs.getCurrent().then((tab) => setTabId(tab?.id ?? null));
  }, []);
  return tabId;
}

export function GuideItems({ items, marked }: { items: readonly GuideItem[]; marked: boolean }) {
  return (
    <ul class="plain">
      {items.map(({ text, phone, source }) => (
        <li key={text.ja}>
          {marked && phone ? <span class="tag">{word(`phone_${phone}`)}</span> : null}
          {said(inLanguage(text))}
          {'ours' in source ? null : <span class="sr">{fromManual(source.manual)}</span>}
        </li>
      ))}
    </ul>
  );
}

/** (7) and the like need no translation. */
function fromManual(place: string): string {
  return word('fromManual', place.replace(errorGuideName.ja, inLanguage(errorGuideName)));
}

function forPhone(items: readonly GuideItem[], phone: Phone | null): GuideItem[] {
  return items.filter((item) => !phone || !item.phone || item.phone === phone);
}

function aboutPhone({ id, causes, remedies }: GuideError): boolean {
  return id === 'security-key-error' || [...causes, ...remedies].some(({ phone }) => phone);
}
