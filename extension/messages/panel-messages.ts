import * as v from 'valibot';
import { type Phone, type StepId, stepIds } from '../../common/guide/types.ts';
import { type Action, actions } from '../../common/protocol/index.ts';
import type { LoginCause } from '../diagnosis/index.ts';
import type { Journey } from '../journey/journey.ts';
import type { Check, Verdict } from '../judge/index.ts';

/** Between the extension's own pages (panel, access-denied, stopped) and the service worker. */

const integer = v.pipe(v.number(), v.integer());
const stepId = v.picklist(stepIds);

export const panelCommand = v.variant('type', [
  /** First message. `again` when the service worker ended under a page that stayed open. */
  v.object({ type: v.literal('attach'), again: v.boolean() }),
  v.object({ type: v.literal('check-again') }),
  v.object({ type: v.literal('read-card-again') }),
  v.object({ type: v.literal('start'), windowId: v.nullable(integer) }),
  /** The association's page shows no way on: straight to the portal. */
  v.object({ type: v.literal('open-portal') }),
  v.object({ type: v.literal('person-at'), step: stepId }),
  v.object({
    type: v.literal('person-sees'),
    error: v.picklist([
      'invalid-registration',
      'security-key-error',
      'qr-expired',
      'qr-used',
      // At (8), where the phone shows the user name.
      'other-person',
    ]),
  }),
  v.object({ type: v.literal('error-dismissed') }),
  v.object({ type: v.literal('qr-over') }),
  v.object({ type: v.literal('resume'), tabId: v.nullable(integer) }),
  v.object({ type: v.literal('next-person') }),
  v.object({ type: v.literal('cancel') }),
  /** The association's page, where the manual (13) has the status check. */
  v.object({ type: v.literal('check-status') }),
  v.object({ type: v.literal('choose-phone'), phone: v.picklist(['iphone', 'android']) }),
  v.object({ type: v.literal('open-driver-manual') }),
  v.object({ type: v.literal('site-access-changed') }),
  v.object({ type: v.literal('close-browser') }),
  /** A report is being made: its tokens are to be those that the host's own reports have. */
  v.object({ type: v.literal('share-report-secret') }),
  /** 記録開始, 記録終了. */
  v.object({ type: v.literal('record'), on: v.boolean() }),
  /** One of the host's fixed list: a button beside a finding. */
  v.object({ type: v.literal('host-action'), action: v.picklist(actions) }),
]);
export type PanelCommand = v.InferOutput<typeof panelCommand>;

/** What the host was asked to do, and what came of it: `stopped` for everything but the right to do it. */
export interface HostActionState {
  action: Action;
  outcome: 'under-way' | 'no-permission' | 'stopped';
}

/** Everything a page of the extension shows. */
export interface PanelState {
  verdict: Verdict;
  checks: Check[];
  foremost: Check | null;
  hostActions: {
    /** What the host here can do at a click. */
    available: readonly string[];
    last: HostActionState | null;
  };
  /** Error 1: why, surest first; what has been put right since; the PIN known not to be it. */
  login: { causes: LoginCause[]; gone: Check[]; pinInnocent: boolean };
  /** As the certificate chooser shows it: 件名, 発行元, シリアル番号. */
  certificate: { subject: string; issuer: string; serialNumber: string } | null;
  /** What the phone has to show at (8). */
  username: string | null;
  triesLeft: number | null;
  cardInReader: boolean;
  journey: Pick<
    Journey,
    | 'phase'
    | 'step'
    | 'asked'
    | 'completion'
    | 'qr'
    | 'error'
    | 'pageFailed'
    | 'unfamiliarPage'
    | 'fits'
    | 'driftSigns'
    | 'otherWay'
    | 'tabId'
  >;
  phone: Phone | null;
  /** Whom to ask, where the administrator has said so. */
  supportContact: string;
  /** The step at which the last registration was cut off by the end of its tab or of the browser. */
  interrupted: StepId | null;
  /** A registration was finished, and whether the browser is another process since. */
  afterFinish: 'new' | 'same' | 'unknown' | null;
}
