import type { ComponentChildren } from 'preact';
import { type StepId, stepById } from '../../../common/guide/index.ts';
import { isBefore } from '../../journey/journey.ts';
import { isPending } from '../../judge/check.ts';
import type { PanelState } from '../../messages/panel-messages.ts';
import { browser } from '../../platform/browser.ts';
import type { Send } from '../background-port.ts';
import { mayStart, siteAccessWithheld } from '../may-start.ts';
import { findingNext, findingSentence, inLanguage, word } from '../words.ts';
import { AfterFinish } from './after-finish.tsx';
import { Button } from './button.tsx';
import { CheckList } from './check-list.tsx';
import { FindingAction } from './finding-action.tsx';
import { Icon, type IconName } from './icon.tsx';
import { InitialQr } from './initial-qr.tsx';
import { PhoneChoice } from './phone-choice.tsx';
import { said } from './said.tsx';

/** Manual (1): is everything there? One sentence, one button. */
export function PrepareView({ state, send }: { state: PanelState; send: Send }) {
  const { verdict, foremost, afterFinish } = state;
  if (afterFinish) return <AfterFinish state={state} send={send} />;
  return (
    <>
      {state.interrupted ? (
        <p class="notice" data-interrupted={state.interrupted}>
          {interruptedWords(state.interrupted)}
        </p>
      ) : null}
      <section class={`verdict ${verdict}`} aria-labelledby="headline">
        <Icon name={verdictIcon(verdict)} large />
        <h1 id="headline">{said(headline(state))}</h1>
        <VerdictBody state={state} send={send} />
        {foremost && (verdict === 'blocked' || siteAccessWithheld(state)) ? (
          <FindingAction check={foremost} send={send} main />
        ) : null}
        {mayStart(state) ? (
          <Button action="start" kind="main" onPress={() => void start(send)}>
            {word('start')}
          </Button>
        ) : null}
      </section>
      {verdict === 'ready' || verdict === 'warning' ? <PhoneChoice phone={state.phone} send={send} /> : null}
      {state.checks.length > 0 ? (
        <Fold title={word('checksTitle')} count={checksSummary(state)} open name="checks">
          <CheckList checks={state.checks} above={verdict === 'checking' ? null : foremost} send={send} />
        </Fold>
      ) : null}
      <Fold title={word('needsTitle')} name="needs">
        <ul class="plain">
          {[...stepById('prepare').instructions, ...stepById('prepare').notes].map((text) => (
            <li key={text.ja}>{said(inLanguage(text))}</li>
          ))}
        </ul>
      </Fold>
      <InitialQr open={foremost?.check === 'reader' && foremost.status === 'fail'} />
      <a class="print-link" href="/extension/pages/guide.html" target="_blank" rel="noreferrer">
        {word('printOpen')}
      </a>
    </>
  );
}

/** Where the last registration was cut off; from the QR code on it may have been completed on the phone. */
export function interruptedWords(step: StepId): string {
  return word(isBefore(step, 'scan-qr') ? 'interrupted' : 'interruptedCheck', stepById(step).number);
}

/** The panel's one sentence. */
export function headline(state: PanelState): string {
  const { verdict, foremost } = state;
  if (foremost && siteAccessWithheld(state)) return findingSentence(foremost);
  if (verdict === 'ready') return word('headlineReady');
  if (verdict === 'warning') return word('headlineWarning');
  return foremost ? findingSentence(foremost) : word('headlineChecking');
}

function VerdictBody({ state, send }: { state: PanelState; send: Send }) {
  const { verdict, foremost, username } = state;
  if (verdict === 'ready') {
    return <p class="next">{username ? word('readyFor', username) : word('readyHint')}</p>;
  }
  if (!foremost) return null;
  const next = findingNext(foremost);
  if (verdict === 'warning' && !siteAccessWithheld(state)) {
    return (
      <div class="notice warn" data-reason={foremost.reason}>
        <p class="instruction">{said(findingSentence(foremost))}</p>
        {next ? <p>{said(next)}</p> : null}
        <FindingAction check={foremost} send={send} main={false} />
      </div>
    );
  }
  return next && !isPending(foremost) ? <p class="next">{said(next)}</p> : null;
}

function verdictIcon(verdict: PanelState['verdict']): IconName {
  switch (verdict) {
    case 'checking':
      return 'pending';
    case 'ready':
      return 'pass';
    case 'warning':
      return 'warn';
    case 'blocked':
      return 'fail';
  }
}

function checksSummary({ checks }: PanelState): string {
  const passed = checks.filter(({ status }) => status === 'pass').length;
  const looked = checks.filter(({ status }) => status !== 'skipped').length;
  return word('checksCount', passed, looked);
}

/** A part that can be folded away. */
export function Fold({
  title,
  count,
  open = false,
  name,
  children,
}: {
  title: string;
  count?: string;
  open?: boolean;
  name: string;
  children: ComponentChildren;
}) {
  return (
    <details class="fold" data-fold={name} open={open}>
      <summary>
        <span>{said(title)}</span>
        {count ? <span class="count">{count}</span> : null}
      </summary>
      {children}
    </details>
  );
}

async function start(send: Send): Promise<void> {
  const { id } = await browser.windows.getCurrent();
  send({ type: 'start', windowId: id ?? null });
}
