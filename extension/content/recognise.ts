import { sites } from '../../common/sites.ts';
import type { RecognisedPage } from '../journey/events.ts';
import type { DrivenControl, NotPressed } from '../journey/journey.ts';
import { expiryFromText } from './expiry.ts';
import {
  associationSigns,
  cardAuthSigns,
  completeSigns,
  countSigns,
  errorTexts,
  frontPageSigns,
  hasSigns,
  isBelow,
  menuSigns,
  otherWays,
  qrSigns,
  reportedCauses,
  showsSign,
  signInSigns,
  stepMap,
} from './site-map.ts';

/** Everything a page is recognised by. Collected from the document, judged without it. */
export interface PageView {
  /** Lower case; empty where the page is not on its host's own ground. */
  host: string;
  /** HTTP status of the document, 0 where the browser does not tell. */
  status: number;
  /** What a person sees, folded, title first. */
  text: string;
  /** The same with its spaces and lines kept, for times. */
  plainText: string;
  /** Something square with the look of a QR code is shown. */
  qrImage: boolean;
  /** The controls of (3) and (4) are there to be seen, whether or not they can be pressed. */
  shows: { chooseMethod: boolean; cardAuth: boolean };
  /** Of a page that shows neither: the control that is there behind a closed heading. */
  closedAway: DrivenControl | null;
  associationLink: { url: string | null; why: NotPressed | null };
  /** On the association's pages: the menu's entry for the page with the link is there to be seen. */
  secondCertificateEntry: boolean;
}

/** Which step of the manual a page is, by several independent signs; `unfamiliar` when none or too few are there. */
export function recognise(view: PageView, now: number): RecognisedPage {
  if (isBelow(view.host, stepMap['open-site'].host)) return recogniseAssociation(view);
  if (!isBelow(view.host, sites.portal.host)) return { kind: 'unfamiliar' };
  if (view.host === sites.cardLogin.host && refusesLogin(view)) {
    return { kind: 'login-refused', status: view.status };
  }
  return recognisePortal(view, now);
}

function recogniseAssociation({ text, associationLink, secondCertificateEntry }: PageView): RecognisedPage {
  const { url, why } = associationLink;
  const seen = countSigns(text, associationSigns);
  // What is closed away keeps its texts to itself.
  const enough = why === 'closed' ? 1 : associationSigns.atLeast;
  if (url !== null || (why !== 'not-found' && seen >= enough)) {
    return { kind: 'association', link: url, why };
  }
  return secondCertificateEntry && seen === 0 && hasSigns(text, frontPageSigns)
    ? { kind: 'association-front' }
    : { kind: 'unfamiliar' };
}

/**
 * A server that asks for a certificate without insisting answers 401 or 403; nginx 400 (its 495 and 496 inside), with
 * a word about the certificate. One in trouble answers 5xx.
 */
function refusesLogin({ status, text }: PageView): boolean {
  if (errorOnPage(text)) return false;
  if (status === 401 || status === 403 || status === 495 || status === 496 || status >= 500) return true;
  return status === 400 && /certificate|証明書/.test(text);
}

function recognisePortal(view: PageView, now: number): RecognisedPage {
  const { text, closedAway } = view;
  if (isSignIn(view)) return { kind: 'other-method', way: 'change-phone' };
  const error = errorOnPage(text);
  // A QR page says what happens after its expiry: an error only counts where no QR is shown.
  if (error && !(view.qrImage && hasSigns(text, qrSigns))) return reportedError(error, text);
  const fits = stepsFitting(view);
  if (fits.length > 1) {
    const qr = fits.some((step) => step === 'scan-qr') ? { qr: expiryFromText(view.plainText, now) } : {};
    return { kind: 'unfamiliar', fits, ...qr };
  }
  switch (fits[0]) {
    case 'scan-qr':
      return { kind: 'qr', ...expiryFromText(view.plainText, now) };
    case 'finish':
      return { kind: 'complete' };
    case 'card-auth':
      return { kind: 'card-auth' };
    case 'choose-method':
      return { kind: 'portal-menu' };
  }
  if (closedAway) return { kind: closedAway === 'card-auth' ? 'card-auth' : 'portal-menu', closed: true };
  // A page that names several is no page of one of them: most likely the menu, with the entry that is wanted worded
  // otherwise or gone.
  const [other, another] = otherWays.filter(({ texts }) => texts.some((sign) => text.includes(sign)));
  return other && !another ? { kind: 'other-method', way: other.way } : { kind: 'unfamiliar' };
}

/** Those of the portal that the page shows enough of. One in the middle of unfolding is at (4), manual (4). */
function stepsFitting(view: PageView) {
  const { text, shows } = view;
  const atCardAuth = shows.cardAuth && hasSigns(text, cardAuthSigns);
  const atMenu = shows.chooseMethod && hasSigns(text, menuSigns);
  const before = atCardAuth ? (['card-auth'] as const) : atMenu ? (['choose-method'] as const) : [];
  const qr = isQrPage(view) ? (['scan-qr'] as const) : [];
  // What will be shown at the end may be told on any page: beside another step only the plain statement counts.
  const complete = before.length + qr.length > 0 ? saysComplete(text) : hasSigns(text, completeSigns);
  return [...before, ...qr, ...(complete ? (['finish'] as const) : [])];
}

function saysComplete(text: string): boolean {
  const [statement] = completeSigns.signs;
  return statement !== undefined && showsSign(text, statement) && hasSigns(text, completeSigns);
}

/** Only of error guide 2 does a phone report a cause; several named at once tell none. */
function reportedError(error: NonNullable<ReturnType<typeof errorOnPage>>, text: string): RecognisedPage {
  const named = reportedCauses.filter((reported) => text.includes(reported.text));
  const [only] = named;
  return error === 'invalid-registration' && only && named.length === 1
    ? { kind: 'error', error, cause: only.cause }
    : { kind: 'error', error };
}

/**
 * For a page that fits no step: the signs of the manual's pages it does show, by name (`portal-menu-2`), and nothing
 * of its text. A support report tells by them how far the site has drifted from the manual.
 */
export function signsSeen({ text, qrImage, shows }: PageView): string[] {
  const named = Object.entries(signsOfPages).flatMap(([page, { signs }]) =>
    signs.flatMap((sign, index) => (showsSign(text, sign) ? [`${page}-${index + 1}`] : [])),
  );
  const parts = [
    ...(qrImage ? ['qr-image'] : []),
    ...(shows.chooseMethod ? ['control-choose-method'] : []),
    ...(shows.cardAuth ? ['control-card-auth'] : []),
  ];
  return [...parts, ...named].slice(0, 16);
}

const signsOfPages = {
  association: stepMap['open-site'].signs,
  'association-front': frontPageSigns,
  'portal-menu': stepMap['choose-method'].signs,
  'card-auth': stepMap['card-auth'].signs,
  qr: stepMap['scan-qr'].signs,
  complete: stepMap.finish.signs,
} as const;

/** Beside a control of (3) or (4), whose pages tell of QR codes and phones too, it takes two signs more. */
function isQrPage({ text, qrImage, shows }: PageView): boolean {
  if (!qrImage || !/qrコード/.test(text)) return false;
  const beside = shows.cardAuth || shows.chooseMethod;
  return countSigns(text, qrSigns) + 1 >= qrSigns.atLeast + (beside ? 2 : 0);
}

/** With a QR code and without the menu, whose entries may speak of it. Its errors are no registration's. */
function isSignIn({ text, qrImage, shows }: PageView): boolean {
  return qrImage && !shows.chooseMethod && !shows.cardAuth && hasSigns(text, signInSigns);
}

function errorOnPage(text: string) {
  return errorTexts.find(({ text: pattern }) => pattern.test(text))?.error;
}
