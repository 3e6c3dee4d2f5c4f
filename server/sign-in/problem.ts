import * as v from 'valibot';
import type { Text } from '../../common/guide/index.ts';
import type { PhoneKind } from '../database/index.ts';
import { causeOfFailure, type FailureReport, type ProblemText } from '../phone/problem.ts';

/** Why a sign-in with the phone did not succeed, as far as it can be told. */
export const signInCauses = [
  'cancelled',
  /** Refused before anyone could have answered: as a rule the phone has no key for this site. */
  'nothing-here',
  'timed-out',
  'no-biometrics',
  'not-supported',
  'not-verified',
  /** The key belongs to a phone that is registered no longer, or never was. */
  'unknown-key',
  /** A trial: the key is another person's. */
  'other-person',
  'rejected',
  'stale',
  'authenticator',
  /** The number typed is not the one on the PC. */
  'wrong-number',
] as const;
export type SignInCause = (typeof signInCauses)[number];

export const signInProblemSchema = v.strictObject({
  cause: v.picklist(signInCauses),
  phone: v.picklist(['iphone', 'android', 'other'] as const satisfies readonly PhoneKind[]),
});
export type SignInProblem = v.InferOutput<typeof signInProblemSchema>;

export function storedProblem(problem: SignInProblem | null): string | null {
  return problem === null ? null : JSON.stringify(problem);
}

/** The last failure on the phone, null when there is none. */
export function signInProblemOf({ problem }: { problem: string | null }): SignInProblem | null {
  if (problem === null) return null;
  const result = v.safeParse(signInProblemSchema, JSON.parse(problem));
  return result.success ? result.output : null;
}

/** The cause behind a failure of navigator.credentials.get() (WebAuthn Level 3, 5.1.4). */
export function signInCauseOf(report: FailureReport): SignInCause {
  const cause = causeOfFailure(report);
  switch (cause) {
    case 'refused-at-once':
      // The phone's own software failed: that says nothing of its keys.
      return report.name === 'UnknownError' || report.name === 'NotReadableError'
        ? 'authenticator'
        : 'nothing-here';
    case 'already-registered':
      return 'nothing-here';
    case 'wrong-site':
      return 'rejected';
    default:
      return cause;
  }
}

const title: Text = {
  ja: 'スマートフォンでログインできませんでした。',
  en: 'The phone could not sign in.',
};

const again: Text = {
  ja: '原因に心当たりがないときは、もう一度試してください。',
  en: 'If none of this fits, simply try again.',
};

const byCard: Text = {
  ja: 'できないときは、PCで最初のページに戻り、カードで手続きしてください。',
  en: 'If it still fails, go back to the first page on the PC and use your card.',
};

const notThisPhone: Text = {
  ja: 'このスマートフォンは登録されていない可能性があります。',
  en: 'This phone may not be the registered one.',
};

/** For whoever is in the browser that is asked for: sent there again, they would go in circles. */
export const browserUpdate: Text = {
  ja: 'すでにSafari／Chromeで開いているときは、スマートフォンのOSとブラウザを最新のものに更新してください。',
  en: "If you are in Safari or Chrome already, update the phone's system and browser.",
};

const useFinger: Text = {
  ja: '再度生体認証を実施してください。',
  en: 'Use your fingerprint or face again.',
};

const useRegistered: Text = {
  ja: '登録したスマートフォンで、登録したときと同じブラウザ（iPhoneはSafari、AndroidはChrome）を使って、QRコードを読み取ってください。',
  en: 'Scan the QR code with the registered phone, in the same browser as then: Safari (iPhone) or Chrome (Android).',
};

const causes: Record<SignInCause, { causes: Text[]; remedies: Text[] }> = {
  cancelled: {
    causes: [
      {
        ja: '生体認証に失敗したか、途中でキャンセル操作をした。',
        en: 'The fingerprint or face was not recognised, or it was cancelled.',
      },
      notThisPhone,
    ],
    remedies: [useFinger, useRegistered],
  },
  'nothing-here': {
    causes: [
      notThisPhone,
      {
        ja: 'iPhoneの場合：iCloudキーチェーンが無効になっている。',
        en: 'iPhone: iCloud Keychain is turned off.',
      },
    ],
    remedies: [useRegistered, byCard],
  },
  'timed-out': {
    causes: [
      { ja: '時間内に生体認証が終わらなかった。', en: 'The fingerprint or face was not given in time.' },
    ],
    remedies: [useFinger],
  },
  'no-biometrics': {
    causes: [
      {
        ja: 'スマートフォンに生体認証情報（指紋・顔）を登録していない。',
        en: 'No fingerprint or face is enrolled on the phone.',
      },
    ],
    remedies: [
      {
        ja: 'スマートフォン本体の設定で指紋・顔を登録してください。',
        en: "Enrol a fingerprint or face in the phone's settings.",
      },
    ],
  },
  'not-supported': {
    causes: [
      {
        ja: 'ブラウザまたはOSがFIDOをサポートしていない。',
        en: 'The browser or the system does not support FIDO.',
      },
    ],
    remedies: [useRegistered, browserUpdate],
  },
  'not-verified': {
    causes: [
      {
        ja: 'スマートフォンが、指紋・顔などによる本人確認をしないまま応答した。',
        en: 'The phone answered without checking fingerprint, face or screen lock.',
      },
    ],
    remedies: [
      {
        ja: 'スマートフォン本体に指紋・顔が登録されていることを確認してください。',
        en: 'Check that a fingerprint or face is enrolled on the phone.',
      },
    ],
  },
  'unknown-key': {
    causes: [
      {
        ja: 'このスマートフォンの登録は、すでに新しい登録に置き換わっているか、取り消されています。',
        en: "This phone's registration has been replaced by a newer one, or ended.",
      },
    ],
    remedies: [useRegistered, byCard],
  },
  'other-person': {
    causes: [
      {
        ja: 'このスマートフォンは、別の本人IDで登録されています。',
        en: 'This phone is registered for another username.',
      },
    ],
    remedies: [useRegistered],
  },
  rejected: {
    causes: [
      { ja: 'スマートフォンからの応答を確認できなかった。', en: "The phone's answer could not be verified." },
    ],
    remedies: [useRegistered, byCard],
  },
  stale: {
    causes: [
      {
        ja: '画面を開いてから時間がたったか、同じ画面を2つ開いていた。',
        en: 'The page had been open for too long, or was open twice.',
      },
    ],
    remedies: [useFinger],
  },
  authenticator: {
    causes: [
      { ja: 'スマートフォンの認証機能が応答しなかった。', en: "The phone's authenticator did not answer." },
    ],
    remedies: [
      {
        ja: 'スマートフォンを再起動してから、もう一度お試しください。',
        en: 'Restart the phone, then try again.',
      },
      byCard,
    ],
  },
  'wrong-number': {
    causes: [
      {
        ja: '入力した番号が、PCの画面に表示されている番号と違います。',
        en: 'The number typed is not the one on the PC.',
      },
    ],
    remedies: [
      {
        ja: 'PCの画面の2桁の番号を見て、入力し直してください。',
        en: 'Look at the two digits on the PC and type them again.',
      },
    ],
  },
};

/** The new phone's key was made a moment ago: that it is not registered is not among the causes, nor the card a way. */
const newKeyUnused: Text = {
  ja: 'スマートフォンが、登録したばかりの認証情報を使えなかった。',
  en: 'The phone could not use the key that it has just made.',
};

const proveRemedies: readonly Text[] = [
  {
    ja: 'もう一度「確認」をタップし、生体認証を実施してください。',
    en: 'Tap 「確認」 (Check) again and let the phone verify you.',
  },
  {
    ja: 'それでも確認できないときは、PCの画面の「QRコードを作り直す」を押し、新しいスマートフォンで読み取り直してください。前のスマートフォンはそのまま使えます。',
    en: 'If it still fails, press 「QRコードを作り直す」 (Make a new QR code) on the PC and scan it with the new phone. The old phone stays in use.',
  },
];

/** Change of phone: the same, of the new phone that has to sign in once. */
export function proveProblemText(problem: SignInProblem): Omit<ProblemText, 'error'> {
  const text = signInProblemText(problem);
  const { causes: unknownKey } = causes['unknown-key'];
  const said = text.causes.filter((cause) => cause !== notThisPhone && !unknownKey.includes(cause));
  const elsewhere: readonly Text[] = [useRegistered, byCard, useFinger];
  return {
    title: text.title,
    causes: said.length > 0 ? said : [newKeyUnused],
    remedies: [...text.remedies.filter((remedy) => !elsewhere.includes(remedy)), ...proveRemedies],
    retry: text.retry,
  };
}

/** What the person reads about it: on the phone in full, on the PC in short. */
export function signInProblemText({ cause, phone }: SignInProblem): Omit<ProblemText, 'error'> {
  const { causes: all, remedies } = causes[cause];
  const fits = ({ ja }: Text) => phone !== 'android' || !ja.startsWith('iPhone');
  return { title, causes: all.filter(fits), remedies, retry: again };
}
