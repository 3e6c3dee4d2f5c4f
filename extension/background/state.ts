import type { StepId } from '../../common/guide/index.ts';
import type { CardFacts } from '../../common/protocol/index.ts';
import {
  afterFinish,
  type Finished,
  goneCauses,
  type LoginFailure,
  loginEnd,
  pinIsInnocent,
  rankLoginCauses,
} from '../diagnosis/index.ts';
import { type Journey, noJourney, type PinnedCard } from '../journey/journey.ts';
import {
  type BrowserFacts,
  type CardLogin,
  type HostState,
  isStarting,
  type Judgement,
  type Observations,
  registrationName,
  type SiteState,
  type Situation,
  selectedCard,
  triesLeft,
} from '../judge/index.ts';
import type { HostActionState, PanelState } from '../messages/panel-messages.ts';
import { noObservations } from './observations.ts';
import { parseSettings, type Settings } from './settings-schema.ts';

/** Everything the service worker knows. What has to outlive it is kept in storage.session. */
export interface State {
  journey: Journey;
  observations: Observations;
  host: HostState;
  /** The last button pressed for something that the host does, while there is something to say of it. */
  hostAction: HostActionState | null;
  site: SiteState;
  browser: BrowserFacts;
  login: CardLogin | null;
  /** Token of the card in the reader, with the fingerprint it was made from. */
  token: { fingerprint: string; token: string } | null;
  settings: Settings;
  /** The last registration that was finished and not yet followed up. */
  finished: Finished | null;
  /** The step at which the tab of the last registration, or the browser, was closed. Until the next begins. */
  interrupted: StepId | null;
}

export function initialState(browser: BrowserFacts): State {
  return {
    journey: noJourney,
    observations: noObservations,
    host: { state: 'connecting' },
    hostAction: null,
    site: { state: 'checking' },
    browser,
    login: null,
    token: null,
    settings: parseSettings(undefined),
    finished: null,
    interrupted: null,
  };
}

export function situationOf(state: State, now: number): Situation {
  const { browser, host, observations, site, login, journey } = state;
  const fingerprint = fingerprintOf(cardFacts(state, now));
  const cardToken = fingerprint && state.token?.fingerprint === fingerprint ? state.token.token : null;
  return { now, browser, host, observations, site, login, cardToken, quiet: journey.quiet };
}

/** What was read from the card that is meant. */
export function cardFacts(state: State, now: number): CardFacts | undefined {
  const { browser, host, observations, site, login, journey } = state;
  const situation = { now, browser, host, observations, site, login, cardToken: null, quiet: journey.quiet };
  return selectedCard(situation)?.facts;
}

export function fingerprintOf(facts: CardFacts | undefined): string | null {
  return facts?.certificate?.form === 'read' ? facts.certificate.profile.fingerprint : null;
}

/** The card to be remembered at (4): only one whose authentication certificate was read. */
export function cardToPin(facts: CardFacts | undefined): PinnedCard | null {
  const fingerprint = fingerprintOf(facts);
  if (!facts || !fingerprint) return null;
  const { reader, insertion } = facts;
  return {
    reader,
    insertion,
    fingerprint,
    username: registrationName(facts)?.username ?? null,
    tries: triesOf(facts),
  };
}

function startOfBrowser({ observations }: State): string | null {
  const session = observations['browser-session']?.result;
  return session?.outcome === 'observed' ? session.facts.startedAt : null;
}

/** Error 1 with everything that was measured about it. */
function loginState({ journey: { failure, error } }: State, { checks }: Judgement): PanelState['login'] {
  // Also where nobody pressed under our eyes, there are the checks.
  const measured = failure ?? unwitnessed;
  return {
    causes: rankLoginCauses({ failure: measured, checks, end: loginEnd(error?.data) }),
    gone: goneCauses(measured, checks),
    pinInnocent: pinIsInnocent(measured),
  };
}

const unwitnessed: LoginFailure = {
  at: 0,
  clicked: null,
  chooserSeen: false,
  triesAfter: null,
  atFailure: null,
  seen: [],
};

export function triesOf(facts: CardFacts | undefined): number | null {
  return facts?.pin ? (triesLeft(facts.pin.statusWord) ?? null) : null;
}

export function panelStateOf(state: State, judgement: Judgement, now: number): PanelState {
  const facts = cardFacts(state, now);
  const profile = facts?.certificate?.form === 'read' ? facts.certificate.profile : undefined;
  const {
    phase,
    step,
    asked,
    completion,
    qr,
    error,
    pageFailed,
    unfamiliarPage,
    fits,
    driftSigns,
    otherWay,
    tabId,
    card,
  } = state.journey;
  const readers = state.observations.readers?.result;
  return {
    ...judgement,
    foremost: judgement.foremost ?? null,
    hostActions: {
      available: state.host.state === 'connected' ? (state.host.actions ?? []) : [],
      last: state.hostAction,
    },
    certificate: profile
      ? {
          subject: profile.subject.commonName ?? '',
          issuer: profile.issuer.commonName ?? '',
          serialNumber: profile.serialNumber,
        }
      : null,
    username: card?.username ?? registrationName(facts)?.username ?? null,
    triesLeft: triesOf(facts),
    login: loginState(state, judgement),
    cardInReader:
      readers?.outcome === 'observed' && readers.facts.readers.some((reader) => reader.state === 'present'),
    journey: {
      phase,
      step,
      asked,
      completion,
      qr,
      error,
      pageFailed,
      unfamiliarPage,
      fits,
      driftSigns,
      otherWay,
      tabId,
    },
    // While the host is still starting it is not yet known which process this is.
    afterFinish:
      phase === 'none' && !isStarting(state.host) ? afterFinish(state.finished, startOfBrowser(state)) : null,
    interrupted: phase === 'none' ? state.interrupted : null,
    supportContact: state.settings.supportContact,
    phone: state.settings.phone,
  };
}
