import { driverManualUrl } from '../../common/guide/checks.ts';
import type { Phone } from '../../common/guide/index.ts';
import type { Action, Observation, Subject } from '../../common/protocol/index.ts';
import { isExpected, stepMap } from '../content/site-map.ts';
import { classifyNetError, shownNetError } from '../diagnosis/net-errors.ts';
import { advance } from '../journey/advance.ts';
import { cutOffAt } from '../journey/cut-off.ts';
import type { JourneyEvent } from '../journey/events.ts';
import {
  clockSkewMs,
  type HostState,
  isComplete,
  type Judgement,
  judge,
  selectedCard,
} from '../judge/index.ts';
import type { PageReport } from '../messages/page-messages.ts';
import type { PanelCommand } from '../messages/panel-messages.ts';
import { browser } from '../platform/browser.ts';
import { shareReportSecret } from '../report/secret.ts';
import type { Glimpse } from '../timeline/changes.ts';
import { TimelineRecorder } from '../timeline/recorder.ts';
import { storedTimeline } from '../timeline/stored.ts';
import { lookAtBrowser } from './browser-facts.ts';
import { carryOut } from './effects.ts';
import { forgetFinished, loadFinished, rememberFinished } from './finish-memory.ts';
import { HostLink } from './host-link.ts';
import { loadInterrupted, rememberUnderWay } from './journey-memory.ts';
import { tabToWorkIn } from './journey-tab.ts';
import { cardToken, forgetLogin, loadLogin, rememberLogin } from './login-memory.ts';
import { connectNativePort } from './native-port.ts';
import { withObservation } from './observations.ts';
import type { Panels } from './panels.ts';
import { loadSettings, savePhone } from './settings.ts';
import { probeSite } from './site-probe.ts';
import {
  cardFacts,
  cardToPin,
  fingerprintOf,
  initialState,
  panelStateOf,
  type State,
  situationOf,
  triesOf,
} from './state.ts';
import { loadKept, saveKept } from './stored-state.ts';

/** What other programs change while nobody watches: the reader and its card are watched. */
const outside: readonly Subject[] = [
  'pcsc-service',
  'card-holders',
  'card-driver',
  'driver-reader',
  'certificate-store',
  'usb-readers',
  'policies',
];

/** Milliseconds within which the navigation that took another one's place is under way. */
const replacedWithin = 1000;

/** Joins the parts: observations in, judgement out, the journey between. One per service worker. */
export class Controller {
  #state: State;
  readonly #panels: Panels;
  readonly #timeline: TimelineRecorder;
  readonly #link: HostLink;
  /** Effects are carried out one event after the other. */
  #effects: Promise<void> = Promise.resolve();
  #lastJudged: string | undefined;
  /** Milliseconds since the epoch. */
  #cameBackAt = 0;
  #starting = false;
  /** The report's page asks again with each change until it has the host's secret. */
  #sharing: Promise<void> | null = null;

  private constructor(state: State, panels: Panels, timeline: TimelineRecorder) {
    this.#state = state;
    this.#panels = panels;
    this.#timeline = timeline;
    this.#link = new HostLink({
      connect: connectNativePort,
      extensionVersion: state.browser.extensionVersion,
      quietWanted: () => this.#state.journey.quiet,
      onState: (host) => this.#hostChanged(host),
      onObservation: (observation) => this.#observed(observation),
    });
  }

  /** Takes up what an earlier service worker of this browser session left. */
  static async start(panels: Panels): Promise<Controller> {
    const [facts, settings, login, finished, interrupted, kept, timeline] = await Promise.all([
      lookAtBrowser(),
      loadSettings(),
      loadLogin(),
      loadFinished(),
      loadInterrupted(Date.now()),
      loadKept(),
      TimelineRecorder.load(storedTimeline, Date.now()),
    ]);
    const controller = new Controller(
      { ...initialState(facts), settings, login, finished, interrupted, ...kept?.state },
      panels,
      timeline,
    );
    if (kept?.linkWasOpen && controller.#hostNeeded()) controller.#link.open();
    return controller;
  }

  attached(again: boolean): void {
    const { host } = this.#state;
    // A page that only lost its service worker does not start a missing host over and over.
    if (!again || host.state !== 'failed') this.#link.open();
    if (!again || this.#state.site.state === 'checking') this.#checkSite();
    this.#show();
  }

  detached(): void {
    if (!this.#hostNeeded()) this.#link.close();
    this.#keep();
  }

  command(command: PanelCommand): void {
    switch (command.type) {
      case 'attach':
        this.attached(command.again);
        return;
      case 'check-again':
        this.#change({ hostAction: null });
        if (this.#link.isOpen) void this.#link.observeAgain();
        else this.#link.open();
        this.#checkSite();
        return;
      case 'read-card-again': {
        const reader = selectedCard(situationOf(this.#state, Date.now()))?.reader.name;
        if (reader !== undefined) void this.#link.readCardAgain(reader);
        return;
      }
      case 'start':
        void this.#startOnce(command.windowId);
        return;
      case 'open-portal': {
        const { tabId, phase } = this.#state.journey;
        if (tabId !== null && phase === 'under-way') this.journey({ type: 'resume', tabId });
        return;
      }
      case 'person-at':
        this.journey({ type: 'person-at', step: command.step });
        return;
      case 'person-sees':
        this.journey({ type: 'person-sees', error: command.error });
        return;
      case 'resume': {
        const tabId = command.tabId ?? this.#state.journey.tabId;
        if (tabId !== null) this.journey({ type: 'resume', tabId });
        return;
      }
      case 'check-status':
        void browser.tabs.create({ url: this.#state.settings.associationUrl });
        return;
      case 'error-dismissed':
      case 'qr-over':
      case 'next-person':
      case 'cancel':
        if (command.type === 'next-person') {
          void this.#followedUp();
          // Another person has another phone.
          void this.#choosePhone(null);
        }
        this.journey({ type: command.type });
        return;
      case 'choose-phone':
        void this.#choosePhone(command.phone);
        return;
      case 'open-driver-manual':
        void browser.tabs.create({ url: driverManualUrl });
        return;
      case 'site-access-changed':
        void lookAtBrowser().then((facts) => this.#change({ browser: facts }));
        return;
      case 'host-action':
        void this.#act(command.action);
        return;
      case 'close-browser':
        void closeEveryWindow();
        return;
      case 'share-report-secret':
        this.#sharing ??= shareReportSecret((offered) => this.#link.reportSecret(offered))
          .catch(() => undefined)
          .finally(() => {
            this.#sharing = null;
          });
        return;
      case 'record':
        this.#timeline.record(command.on, Date.now());
        return;
    }
  }

  report(
    report: Exclude<PageReport, { type: 'clicked' }>,
    { tabId, frameId, documentId }: { tabId: number; frameId: number; documentId: string | null },
  ): void {
    switch (report.type) {
      case 'page':
        this.journey({
          type: 'page',
          tabId,
          frameId,
          documentId,
          page: report.page,
          usernames: report.usernames,
          signs: report.signs,
        });
        return;
      case 'pressed':
        this.journey({ type: 'pressed', tabId, control: report.control });
        return;
      case 'not-pressed':
        this.journey({ type: 'not-pressed', tabId, control: report.control, why: report.why });
        return;
    }
  }

  navigationBegan({ tabId, frameId, url }: Navigation): void {
    this.journey({ type: 'navigation', tabId, frameId, login: isLogin(url) });
  }

  navigationFailed({ tabId, frameId, url }: Navigation, error: string): void {
    const { journey } = this.#state;
    const pressedIn = tabId === journey.tabId && frameId === journey.frameId;
    const kind = classifyNetError(error);
    const netError = shownNetError(error);
    if (!isLogin(url)) {
      if (frameId === 0 && tabId === journey.tabId && kind !== 'ignored') this.#pageFailed(tabId, netError);
      return;
    }
    if (frameId !== 0 && !pressedIn) return;
    if (kind === 'ignored') {
      setTimeout(() => void this.#loginStopped(tabId), replacedWithin);
      return;
    }
    this.#noteNetError(netError);
    // Before the page is shown: what is known of the network is of before the failure.
    if (kind !== 'login') this.#checkSite();
    this.journey({ type: 'login-failed', tabId, data: { netError }, browsersPage: kind === 'other' });
  }

  #pageFailed(tabId: number, netError: string): void {
    const before = this.#state.journey;
    this.journey({ type: 'page-failed', tabId });
    // Whatever else the person opens in that tab is nobody's business.
    if (this.#state.journey !== before) this.#noteNetError(netError);
  }

  #noteNetError(netError: string): void {
    if (/^ERR_[A-Z0-9_]+$/.test(netError)) {
      this.#timeline.add({ at: Date.now(), type: 'net-error', netError });
    }
  }

  /** The browser tells a navigation that was stopped and one that was replaced apart by what follows only. */
  async #loginStopped(tabId: number): Promise<void> {
    // A tab that is gone has its own event.
    const tab = await browser.tabs.get(tabId).catch(() => null);
    if (tab && tab.status !== 'loading') this.journey({ type: 'login-stopped', tabId });
  }

  /** One step of the journey. */
  journey(event: JourneyEvent): void {
    const now = Date.now();
    const { verdict, checks } = this.#judge(now);
    const card = cardToPin(cardFacts(this.#state, now));
    const troubles = checks.filter(({ status }) => status === 'fail' || status === 'warn');
    const { journey, effects } = advance(this.#state.journey, event, {
      now,
      verdict,
      troubles,
      card,
      clockSkewMs: clockSkewMs(situationOf(this.#state, now)),
    });
    const done = journey.phase === 'finished' && this.#state.journey.phase !== 'finished';
    const { phase, step } = this.#state.journey;
    if (journey.phase !== phase || journey.step !== step) {
      const interrupted = cutOffAt(this.#state.journey, event);
      // Often the tab is the first to go when the browser is closed: then it is told of after the next start.
      if (interrupted === null) void rememberUnderWay(journey, now);
      this.#change({ interrupted });
    }
    if (journey !== this.#state.journey) this.#change({ journey });
    if (done) void this.#finished();
    if (effects.length === 0) return;
    this.#effects = this.#effects.then(() =>
      carryOut(effects, {
        portalUrl: () => this.#state.settings.portalUrl,
        quiet: (on) => this.#link.quiet(on),
        rememberLogin: (fingerprint) => this.#rememberLogin(fingerprint),
        checkSite: () => this.#checkSite(),
        rereadCard: (reader, insertion) => void this.#rereadAfterFailure(reader, insertion),
      }),
    );
    if (this.#hostNeeded()) this.#reopenIfClosed();
    else this.#link.close();
  }

  checkSiteAgain(): void {
    if (this.#panels.any) this.#checkSite();
  }

  /**
   * The person comes back to the browser: from an installation, the driver's tool, a dialog of the system. What may
   * have been put right there is looked at, without a card; between (4) and (7) nothing is.
   */
  cameBack(): void {
    const now = Date.now();
    const { journey } = this.#state;
    if (!this.#panels.any || !this.#link.isOpen || journey.quiet || now - this.#cameBackAt < 1000) return;
    this.#cameBackAt = now;
    const { checks, verdict } = this.#judge(now);
    if (verdict === 'ready' && !journey.failure) return;
    const site = checks.find(({ check }) => check === 'site')?.status;
    const inTrouble = site === 'fail' || site === 'warn';
    void this.#link.observeAgain(inTrouble ? [...outside, 'site-certificate'] : outside);
    if (inTrouble) this.#probeSite();
  }

  #reopenIfClosed(): void {
    if (!this.#link.isOpen && this.#state.host.state !== 'failed') this.#link.open();
  }

  /** A second press comes before the first one has its tab. */
  async #startOnce(windowId: number | null): Promise<void> {
    if (this.#starting || this.#state.journey.phase !== 'none') return;
    this.#starting = true;
    await this.#start(windowId).finally(() => {
      this.#starting = false;
    });
  }

  async #start(windowId: number | null): Promise<void> {
    const { start, associationUrl, portalUrl } = this.#state.settings;
    const { verdict } = this.#judge(Date.now());
    if (verdict !== 'ready' && verdict !== 'warning') return;
    const url = start === 'portal' ? portalUrl : associationUrl;
    const tabId = await tabToWorkIn(windowId);
    if (tabId === undefined) return;
    this.journey({ type: 'start', tabId });
    await browser.tabs.update(tabId, { url, active: true });
  }

  #hostChanged(host: HostState): void {
    // What an ended host saw is no longer known to be so.
    const observations = host.state === 'failed' ? { cards: [] } : this.#state.observations;
    this.#change({ host, observations });
    if (isComplete(host)) this.journey({ type: 'judged' });
  }

  #observed(observation: Observation): void {
    this.#change({ observations: withObservation(this.#state.observations, observation) });
    if (observation.subject === 'readers' && observation.result.outcome === 'observed') {
      this.journey({ type: 'readers', readers: observation.result.facts.readers });
    }
    // Insertions are counted anew when it runs again: nothing tells whether the card was left alone.
    if (observation.subject === 'pcsc-service' && hasEnded(observation)) {
      this.journey({ type: 'readers', readers: [] });
    }
    if (observation.subject === 'readers' || observation.subject === 'card') void this.#knowCard();
  }

  async #knowCard(): Promise<void> {
    const fingerprint = fingerprintOf(cardFacts(this.#state, Date.now()));
    if (!fingerprint || this.#state.token?.fingerprint === fingerprint) return;
    const token = await cardToken(fingerprint);
    this.#change({ token: { fingerprint, token } });
  }

  /** The one look at a card that nobody asked for: the tries of the PIN tell a wrong one from everything else. */
  async #rereadAfterFailure(reader: string, insertion: number): Promise<void> {
    const done = await this.#link.readCardAgain(reader);
    const { cards } = this.#state.observations;
    const facts = cards.find((card) => card.reader === reader && card.insertion === insertion);
    this.journey({ type: 'card-reread', reader, insertion, tries: done ? triesOf(facts) : null });
  }

  /** What it opened or started may change what is seen: looked at once more. */
  async #act(action: Action): Promise<void> {
    this.#change({ hostAction: { action, outcome: 'under-way' } });
    const outcome = await this.#link.act(action);
    const permitted = outcome === 'no-permission' ? outcome : 'stopped';
    this.#change({ hostAction: outcome === 'done' ? null : { action, outcome: permitted } });
    await this.#link.observeAgain();
  }

  /** Null: to be asked again. */
  async #choosePhone(phone: Phone | null): Promise<void> {
    await savePhone(phone);
    await this.settingsChanged();
  }

  /** On the options page, or by the administrator. */
  async settingsChanged(): Promise<void> {
    this.#change({ settings: await loadSettings() });
  }

  async #finished(): Promise<void> {
    this.#change({ finished: await rememberFinished(this.#browserStartedAt()) });
  }

  async #followedUp(): Promise<void> {
    await forgetFinished();
    this.#change({ finished: null });
  }

  #browserStartedAt(): string | null {
    const session = this.#state.observations['browser-session']?.result;
    return session?.outcome === 'observed' ? session.facts.startedAt : null;
  }

  async #rememberLogin(fingerprint: string): Promise<void> {
    this.#change({ login: await rememberLogin(await cardToken(fingerprint), this.#browserStartedAt()) });
  }

  /** The profile came up anew: as good as a new browser process where the host could not tell. */
  async browserStarted(): Promise<void> {
    this.#timeline.add({ at: Date.now(), type: 'browser-started' });
    if (this.#state.login?.browserStartedAt !== null) return;
    await forgetLogin();
    this.#change({ login: null });
  }

  #checkSite(): void {
    this.#change({ site: { state: 'checking' } });
    this.#probeSite();
  }

  #probeSite(): void {
    void probeSite(this.#state.settings.portalUrl).then((site) => this.#change({ site }));
  }

  #judge(now: number): Judgement {
    return judge(situationOf(this.#state, now));
  }

  #change(part: Partial<State>): void {
    const before = this.#glimpse();
    this.#state = { ...this.#state, ...part };
    this.#timeline.changed(before, this.#glimpse(), Date.now());
    this.#show();
    this.#keep();
  }

  #glimpse(): Glimpse {
    return { situation: situationOf(this.#state, Date.now()), journey: this.#state.journey };
  }

  #show(): void {
    const now = Date.now();
    const judgement = this.#judge(now);
    this.#panels.show(panelStateOf(this.#state, judgement, now));
    // A failed login watches every finding, anything else the verdict.
    const { failure } = this.#state.journey;
    const wrong = failure ? judgement.checks.map(({ reason }) => reason).join() : '';
    const news = `${judgement.verdict} ${wrong}`;
    if (news === this.#lastJudged) return;
    this.#lastJudged = news;
    queueMicrotask(() => this.journey({ type: 'judged' }));
  }

  #keep(): void {
    saveKept(this.#state, this.#link.isOpen);
  }

  #hostNeeded(): boolean {
    const { phase } = this.#state.journey;
    return this.#panels.any || phase === 'under-way' || phase === 'error';
  }
}

interface Navigation {
  tabId: number;
  frameId: number;
  url: string;
}

/** Manual (13): the browser is closed as a whole. The person was told and asked. */
async function closeEveryWindow(): Promise<void> {
  const windows = await browser.windows.getAll();
  // One that asks before it closes keeps none of the others.
  await Promise.allSettled(windows.map(({ id }) => id !== undefined && browser.windows.remove(id)));
}

const isLogin = (url: string) => isExpected(stepMap['card-auth'].expects, url);

const hasEnded = ({ subject, result }: Observation) =>
  subject === 'pcsc-service' && result.outcome === 'observed' && result.facts.state !== 'running';
