import * as v from 'valibot';
import { phoneCauseIds } from '../../common/guide/phone-settings.ts';
import { stepIds } from '../../common/guide/types.ts';
import { askedControls, drivenControls, otherWayIds, whysNotPressed } from '../journey/journey.ts';

/** Between a content script and the service worker. What comes from a page is hostile: lengths are bounded. */

const why = v.picklist(whysNotPressed);
const control = v.picklist(drivenControls);
const time = v.pipe(v.number(), v.finite());

const qrShown = { expiresAt: v.nullable(time), bySite: v.optional(v.boolean()) };

export const recognisedPage = v.variant('kind', [
  v.object({
    kind: v.literal('association'),
    link: v.nullable(v.pipe(v.string(), v.maxLength(2048))),
    why: v.nullable(why),
  }),
  v.object({ kind: v.picklist(['portal-menu', 'card-auth']), closed: v.optional(v.boolean()) }),
  v.object({ kind: v.literal('qr'), ...qrShown }),
  v.object({ kind: v.literal('complete') }),
  v.object({
    kind: v.literal('error'),
    error: v.picklist([
      'access-denied',
      'invalid-registration',
      'security-key-error',
      'qr-expired',
      'qr-used',
      'other-person',
      'card-removed',
      'signature-certificate',
    ]),
    cause: v.optional(v.picklist(phoneCauseIds)),
  }),
  v.object({ kind: v.literal('login-refused'), status: v.pipe(v.number(), v.integer()) }),
  v.object({ kind: v.literal('other-method'), way: v.picklist(otherWayIds) }),
  v.object({ kind: v.literal('association-front') }),
  v.object({
    kind: v.literal('unfamiliar'),
    fits: v.optional(v.pipe(v.array(v.picklist(stepIds)), v.maxLength(4))),
    qr: v.optional(v.object(qrShown)),
  }),
]);

/** From a content script. */
export const pageReport = v.variant('type', [
  v.object({
    type: v.literal('page'),
    page: recognisedPage,
    usernames: v.pipe(v.array(v.pipe(v.string(), v.maxLength(64))), v.maxLength(8)),
    /** Of a page that fits no step: names of the manual's signs it shows. */
    signs: v.optional(
      v.pipe(v.array(v.pipe(v.string(), v.regex(/^[a-z-]{1,40}(?:\d{1,2})?$/))), v.maxLength(16)),
    ),
  }),
  /** The person clicked something, and wants the panel to open then. */
  v.object({ type: v.literal('clicked') }),
  v.object({ type: v.literal('pressed'), control }),
  v.object({ type: v.literal('not-pressed'), control, why }),
]);
export type PageReport = v.InferOutput<typeof pageReport>;

/** To a content script. Only `show-link` is answered: with `true`, once the link was ringed long enough to be seen. */
export const pageCommand = v.variant('type', [
  v.object({ type: v.literal('show-link'), control: v.literal('association-link') }),
  v.object({ type: v.literal('press'), control }),
  v.object({
    type: v.literal('point-out'),
    control: v.nullable(v.picklist(askedControls)),
  }),
]);
export type PageCommand = v.InferOutput<typeof pageCommand>;
