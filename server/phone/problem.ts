import * as v from 'valibot';
import { type GuideError, type GuideItem, guideErrorById, type Text } from '../../common/guide/index.ts';
import type { PhoneKind } from '../database/index.ts';

/** Why a ceremony on the phone did not succeed, as far as it can be told. */
export const problemCauses = [
  /** Ended by the person or the phone after the dialog had been there for a while. */
  'cancelled',
  /** Refused before anyone could have answered a dialog. */
  'refused-at-once',
  'timed-out',
  /** No fingerprint, face or screen lock on the phone. Manual (10): Security Key Error. */
  'no-biometrics',
  /** The browser or the system cannot do it. */
  'not-supported',
  /** The phone in use for this person is this one. */
  'already-registered',
  /** The phone answered without verifying the person. */
  'not-verified',
  /** The answer did not pass verification. */
  'rejected',
  /** The page had been open for too long, or was open twice. */
  'stale',
  /** The phone's own software failed. */
  'authenticator',
  /** The browser says that the page is not the right site. */
  'wrong-site',
] as const;
export type ProblemCause = (typeof problemCauses)[number];

const phoneKinds = ['iphone', 'android', 'other'] as const satisfies readonly PhoneKind[];

export const phoneProblemSchema = v.strictObject({
  cause: v.picklist(problemCauses),
  phone: v.picklist(phoneKinds),
});
export type PhoneProblem = v.InferOutput<typeof phoneProblemSchema>;

/** What the page on the phone tells of a failure. Texts are for classification only: they are neither kept nor logged. */
export const failureReportSchema = v.strictObject({
  /** DOMException's or Error's name. */
  name: v.pipe(v.string(), v.maxLength(64)),
  /** From the call of create() to its failure. */
  milliseconds: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(86_400_000)),
  /** Whether the browser has WebAuthn at all. */
  webauthn: v.boolean(),
  /** isUserVerifyingPlatformAuthenticatorAvailable(), null when it could not be asked. */
  platformAuthenticator: v.nullable(v.boolean()),
  /** Whether the page is shown inside another app (pages/client/in-app-browser.ts). */
  inApp: v.optional(v.boolean(), false),
});
export type FailureReport = v.InferOutput<typeof failureReportSchema>;

/** No person reads a dialog and answers it in less. */
const atOnce = 700;
/** The ceremony's time-out (ceremony.ts), less what a slow phone takes to say so. */
const nearTimeout = 290_000;

/**
 * The cause behind a failure of navigator.credentials.create() (WebAuthn Level 3, 5.1.3). NotAllowedError covers nearly
 * everything on purpose, so time and capabilities tell the rest.
 */
export function causeOfFailure(report: FailureReport): ProblemCause {
  if (!report.webauthn) return 'not-supported';
  switch (report.name) {
    case 'InvalidStateError':
      return 'already-registered';
    case 'ConstraintError':
      return 'no-biometrics';
    case 'NotSupportedError':
    case 'TypeError':
      return 'not-supported';
    case 'SecurityError':
      return 'wrong-site';
    case 'NotAllowedError':
    case 'AbortError':
      if (report.milliseconds < atOnce) return refusedAtOnce(report);
      if (report.platformAuthenticator === false) return 'no-biometrics';
      return report.milliseconds >= nearTimeout ? 'timed-out' : 'cancelled';
    // What Android's browsers make of errors of the system's own (WebAuthn Level 3, 5.1.3, leaves both to them).
    case 'UnknownError':
    case 'NotReadableError':
      return report.milliseconds < atOnce ? refusedAtOnce(report) : 'authenticator';
    default:
      return 'authenticator';
  }
}

/** Apps' web views refuse every site but their own app's, whatever is enrolled; some say there is no authenticator. */
function refusedAtOnce({ inApp, platformAuthenticator }: FailureReport): ProblemCause {
  if (inApp) return 'not-supported';
  return platformAuthenticator === false ? 'no-biometrics' : 'refused-at-once';
}

/** What the person reads about a problem: on the phone in full, on the PC in short. */
export interface ProblemText {
  error: 'invalid-registration' | 'security-key-error' | 'already-registered';
  /** The manual's own words where it has any. */
  title: Text;
  /** Most likely first. */
  causes: readonly Text[];
  /** In the order of the causes. */
  remedies: readonly Text[];
  /** Whether trying again on this page can help without changing anything on the phone. */
  retry: Text;
}

const guide2 = guideErrorById('invalid-registration');
const securityKeyError = guideErrorById('security-key-error');

/** An item of the error guide by its words in the manual. */
function fromManual(items: readonly GuideItem[], ja: string): GuideItem {
  const item = items.find(({ text }) => text.ja === ja);
  if (!item) throw new RangeError(`the guide has no 「${ja}」`);
  return item;
}
const cause = (ja: string) => fromManual(guide2.causes, ja);
const remedy = (ja: string) => fromManual(guide2.remedies, ja);

/** The manual's causes, each with what helps against it. */
const known = {
  failed: [cause('生体認証に失敗した。'), [remedy('再度生体認証を実施してください。')]],
  cancelled: [
    cause('生体認証を実施している最中にキャンセル操作をした。'),
    [remedy('再度生体認証を実施してください。')],
  ],
  unsupported: [
    cause('ブラウザまたはOSがFIDOをサポートしていない。'),
    [
      remedy('iPhoneの場合はSafariのブラウザを使用してください。'),
      remedy('Androidの場合はChromeのブラウザを使用してください。'),
      remedy('OSを最新のものにバージョンアップしてください。'),
    ],
  ],
  keychain: [
    cause('iCloudキーチェーンが有効になっていない。'),
    [remedy('iCloudキーチェーンを有効にしてください。')],
  ],
  notEnrolled: [
    cause('スマートフォンに生体認証情報を登録していない。'),
    [remedy('スマートフォン本体に生体認証が登録されていない場合は、生体認証を登録してください。')],
  ],
  passcode: [
    cause('「TouchIDとパスコード」で「パスコードをオフにする」設定になっている。'),
    [remedy('「設定」→「TouchIDとパスコード」から「パスコードをオンにする」操作を実施してください。')],
  ],
} as const satisfies Record<string, readonly [GuideItem, readonly GuideItem[]]>;
type Known = keyof typeof known;

/** The manual's causes in order of likelihood. */
const order: Record<'usual' | 'at-once' | 'support' | 'enrolment', readonly Known[]> = {
  usual: ['cancelled', 'failed', 'notEnrolled', 'keychain', 'passcode', 'unsupported'],
  // Nothing enrolled would have shown in the capabilities (causeOfFailure).
  'at-once': ['keychain', 'passcode', 'unsupported', 'notEnrolled', 'failed', 'cancelled'],
  support: ['unsupported', 'keychain', 'passcode', 'notEnrolled', 'failed', 'cancelled'],
  enrolment: ['notEnrolled', 'passcode', 'keychain', 'failed', 'cancelled', 'unsupported'],
};

const tryAgain: Text = {
  ja: 'もう一度「登録」をタップし、生体認証を実施してください。',
  en: 'Tap 「登録」 (Register) again and use your fingerprint or face.',
};
const afterSettings: Text = {
  ja: 'スマートフォンの設定を直してから、もう一度「登録」をタップしてください。',
  en: "Correct the phone's settings, then tap 「登録」 (Register) again.",
};

const enrolled: Text = {
  ja: '指紋・顔を登録したあと、PCの画面の残り時間内であれば、この画面からもう一度登録できます。',
  en: 'After enrolling one, you can try again from this page while the PC still shows time left.',
};
const enrolledOnSheet: Text = {
  ja: '指紋・顔を登録したあと、この画面からもう一度登録できます。',
  en: 'After enrolling one, you can try again from this page.',
};
const anotherPhone: Text = {
  ja: '別のスマートフォンを登録するときは、PCの画面で「QRコードを作り直す」を押し、そのスマートフォンで読み取ってください。',
  en: 'To register another phone, click 「QRコードを作り直す」 (Make a new QR code) on the PC and scan it with that phone.',
};
const anotherPhoneBySheet: Text = {
  ja: '別のスマートフォンを登録するときは、そのスマートフォンで用紙のQRコードを読み取ってください。',
  en: 'To register another phone, scan the QR code on the sheet with that phone.',
};
const otherBrowser: Text = {
  ja: 'PCの画面のQRコードを、上記のブラウザで読み取り直してください。QRコードが表示されていないときは、PCの「QRコードを作り直す」を押してください。すでにそのブラウザで開いているときは、スマートフォンのOSとブラウザを最新のものに更新してください。',
  en: "Scan the QR code on the PC again with the browser named above. If it shows none any more, press 「QRコードを作り直す」 (Make a new QR code) there. If you are in that browser already, update the phone's system and browser.",
};
const otherBrowserBySheet: Text = {
  ja: '用紙のQRコードを、上記のブラウザで読み取り直してください。すでにそのブラウザで開いているときは、スマートフォンのOSとブラウザを最新のものに更新してください。',
  en: "Scan the QR code on the sheet again with the browser named above. If you are in that browser already, update the phone's system and browser.",
};

/** What to say of a problem. `fromSheet`: the QR code came on paper, and there is no PC. */
export function problemText({ cause, phone }: PhoneProblem, fromSheet = false): ProblemText {
  switch (cause) {
    case 'no-biometrics':
      return fromGuide(securityKeyError, fromSheet ? enrolledOnSheet : enrolled);
    case 'already-registered':
      return {
        error: 'already-registered',
        title: { ja: 'このスマートフォンはすでに登録されています', en: 'This phone is registered already' },
        causes: [
          {
            ja: 'このスマートフォンは、表示されている本人IDですでに登録されています。',
            en: 'This phone is already registered for the username shown.',
          },
        ],
        remedies: [
          {
            ja: 'もう一度登録する必要はありません。このままお使いいただけます。',
            en: 'There is no need to register it again. You can go on using it.',
          },
        ],
        retry: fromSheet ? anotherPhoneBySheet : anotherPhone,
      };
    case 'cancelled':
      return invalid(phone, order.usual, tryAgain);
    case 'refused-at-once':
      return invalid(phone, order['at-once'], afterSettings);
    case 'authenticator':
      return invalid(phone, ['failed', ...order['at-once']], tryAgain);
    case 'not-supported':
      return invalid(phone, order.support, fromSheet ? otherBrowserBySheet : otherBrowser);
    case 'timed-out':
      return invalid(phone, ['failed', ...order.usual], tryAgain, {
        ja: '時間内に生体認証が終わらなかった。',
        en: 'The fingerprint or face was not given in time.',
      });
    case 'not-verified':
      return invalid(phone, order.enrolment, afterSettings, {
        ja: 'スマートフォンが、指紋・顔などによる本人確認をしないまま応答した。',
        en: 'The phone answered without checking fingerprint, face or screen lock.',
      });
    case 'stale':
      return invalid(phone, [], tryAgain, {
        ja: '画面を開いてから時間がたったか、同じ画面を2つ開いていたため、登録できなかった。',
        en: 'The page had been open for too long, or was open twice.',
      });
    case 'wrong-site':
    case 'rejected':
      return invalid(phone, ['unsupported', 'failed'], tryAgain, {
        ja: 'スマートフォンからの応答を確認できなかった。',
        en: "The phone's answer could not be verified.",
      });
  }
}

function fromGuide(error: GuideError, retry: Text): ProblemText {
  return {
    error: 'security-key-error',
    title: { ja: 'Security Key Error', en: 'Security Key Error' },
    causes: error.causes.map(({ text }) => text),
    remedies: error.remedies.map(({ text }) => text),
    retry,
  };
}

const guide2Title: Text = {
  ja: 'セキュリティキーの登録結果が無効です。',
  en: 'The security key registration is invalid. （セキュリティキーの登録結果が無効です。）',
};

function invalid(phone: PhoneKind, ids: readonly Known[], retry: Text, first?: Text): ProblemText {
  const fits = (item: GuideItem) => item.phone === undefined || phone === 'other' || item.phone === phone;
  const items = [...new Set(ids)].map((id) => known[id]).filter(([item]) => fits(item));
  const remedies = new Set(items.flatMap(([, help]) => help.filter(fits).map(({ text }) => text)));
  return {
    error: 'invalid-registration',
    title: guide2Title,
    causes: [...(first ? [first] : []), ...items.map(([{ text }]) => text)],
    remedies: [...remedies],
    retry,
  };
}
