import { type GuideError, guideErrorById, type Text } from '../../common/guide/index.ts';
import { type CertificateRefusal, certificateRefusals } from './client-certificate.ts';

/** What can stop a person between 「HPKIカードで登録」 and the QR code. */
export const cardProblems = [
  ...certificateRefusals,
  /** The login was not begun in this browser, or too long ago, or the answer was used already. */
  'login-lost',
  /** The card login is over: its time is up, or another person logged in. */
  'session-ended',
  'too-many',
  /** The same with the My Number card. */
  'my-number-unreadable',
  'my-number-signature',
  'my-number-unknown-authority',
  'my-number-not-valid',
  'my-number-revoked',
  /** A good My Number card that belongs to nobody here. */
  'my-number-not-linked',
  /** A good My Number card that belongs to another username. */
  'my-number-of-other',
] as const;
export type CardProblem = (typeof cardProblems)[number];

/** What the refusal of a My Number card's certificate is called. */
export function myNumberProblemOf(refusal: CertificateRefusal): CardProblem {
  switch (refusal) {
    case 'signature-certificate':
      return 'my-number-signature';
    case 'expired':
    case 'not-yet-valid':
      return 'my-number-not-valid';
    case 'revoked':
      return 'my-number-revoked';
    case 'revocation-unknown':
      return 'revocation-unknown';
    case 'unknown-authority':
    case 'not-for-authentication':
      return 'my-number-unknown-authority';
    case 'unreadable':
    case 'no-registration-number':
      return 'my-number-unreadable';
  }
}

/** The portal's page for it: the card login host itself shows none. */
export const problemPath = (problem: CardProblem) => `/card/problem/${problem}`;

export interface CardProblemText {
  title: Text;
  causes: readonly Text[];
  remedies: readonly Text[];
  /** Whether the browser has to be closed first: it keeps presenting the certificate it was given. */
  restartBrowser: boolean;
}

/** The browser remembers the chosen certificate until all of it is closed. */
const restart: Text = {
  ja: 'ブラウザのウィンドウをすべて閉じてから、もう一度ブラウザを開き、最初からやり直してください。（ブラウザは、閉じるまで、選んだ証明書を覚えています。）',
  en: 'Close all browser windows, open the browser again and start from the beginning. (The browser remembers the certificate you chose until it is closed.)',
};

const askAuthority: Text = {
  ja: 'それでも同じ表示になるときは、HPKIカードを発行した認証局にお問い合わせください。',
  en: 'If this happens again, please ask the certification authority that issued your HPKI card.',
};

const startAgain: Text = {
  ja: 'もう一度、最初のページからやり直してください。',
  en: 'Please start again from the first page.',
};

export const cardProblemTexts: Record<CardProblem, CardProblemText> = {
  'signature-certificate': ofGuide(guideErrorById('signature-certificate')),
  'unknown-authority': {
    title: { ja: 'この証明書では登録できません', en: 'This certificate cannot be used here' },
    causes: [
      {
        ja: 'HPKIの認証局が発行した証明書ではありません。',
        en: 'It was not issued by a certification authority of HPKI.',
      },
    ],
    remedies: [
      {
        ja: '証明書の選択画面では、発行元が「HPKI-」で始まる証明書を選んでください。',
        en: 'In the certificate dialog choose the one whose issuer begins with "HPKI-".',
      },
      restart,
    ],
    restartBrowser: true,
  },
  expired: {
    title: { ja: 'HPKIカードの有効期限が切れています', en: 'The HPKI card has expired' },
    causes: [
      {
        ja: 'カードの証明書の有効期限が過ぎているため、登録に使えません。',
        en: "The card's certificate is past its validity and cannot be used.",
      },
    ],
    remedies: [
      {
        ja: '新しいHPKIカードをお持ちの場合は、新しいカードをセットしてください。',
        en: 'If you have a new HPKI card, use that one.',
      },
      {
        ja: 'お持ちでない場合は、HPKIカードを発行した認証局に更新の手続きをお問い合わせください。',
        en: 'If not, ask the certification authority that issued your card how to renew it.',
      },
      restart,
    ],
    restartBrowser: true,
  },
  'not-yet-valid': {
    title: { ja: 'HPKIカードの有効期間がまだ始まっていません', en: 'The HPKI card is not valid yet' },
    causes: [
      {
        ja: 'カードの証明書の有効期間の開始日より前です。',
        en: "It is before the first day of the card's certificate.",
      },
    ],
    remedies: [
      { ja: '有効期間が始まってから登録してください。', en: 'Register once its validity has begun.' },
      askAuthority,
    ],
    restartBrowser: true,
  },
  'revocation-unknown': {
    title: {
      ja: 'ただいま、カードが有効かどうかを確認できません',
      en: 'It cannot be checked just now whether the card is valid',
    },
    causes: [
      {
        ja: '認証局の失効情報を取得できないため、カードでのログインを止めています。お使いのカードやPCの問題ではありません。',
        en: "The authority's list of revoked certificates cannot be had, so logins with the card are stopped. Nothing is wrong with your card or PC.",
      },
    ],
    remedies: [
      {
        ja: 'しばらく時間をおいてから、もう一度やり直してください。',
        en: 'Please try again after a while.',
      },
      restart,
    ],
    restartBrowser: true,
  },
  revoked: {
    title: { ja: 'このHPKIカードは失効しています', en: 'This HPKI card has been revoked' },
    causes: [
      {
        ja: 'カードの再発行などにより、この証明書は使えなくなっています。',
        en: 'The certificate is no longer valid, for instance because the card was reissued.',
      },
    ],
    remedies: [
      {
        ja: '新しいHPKIカードをお持ちの場合は、新しいカードをセットしてください。',
        en: 'If you have a new HPKI card, use that one.',
      },
      restart,
      askAuthority,
    ],
    restartBrowser: true,
  },
  'not-for-authentication': {
    title: { ja: 'この証明書では登録できません', en: 'This certificate cannot be used here' },
    causes: [
      {
        ja: 'HPKIの認証用の証明書ではありません。',
        en: 'It is not an HPKI certificate for authentication.',
      },
    ],
    remedies: [
      {
        ja: '証明書の選択画面では、発行元に Authentication を含む証明書を選んでください。',
        en: 'In the certificate dialog choose the one whose issuer contains Authentication.',
      },
      restart,
    ],
    restartBrowser: true,
  },
  'no-registration-number': {
    title: {
      ja: '証明書から登録番号を読み取れませんでした',
      en: 'The certificate has no registration number',
    },
    causes: [
      {
        ja: '証明書に、本人IDのもとになる登録番号が入っていません。',
        en: 'The certificate lacks the registration number that the username is made of.',
      },
    ],
    remedies: [askAuthority],
    restartBrowser: true,
  },
  unreadable: {
    title: { ja: '証明書を読み取れませんでした', en: 'The certificate could not be read' },
    causes: [
      {
        ja: 'カードから送られた証明書が、読み取れない形式でした。',
        en: 'The certificate that was sent has a form that cannot be read.',
      },
    ],
    remedies: [restart, askAuthority],
    restartBrowser: true,
  },
  'login-lost': {
    title: { ja: 'ログインを続けられませんでした', en: 'The login could not go on' },
    causes: [
      {
        ja: 'ログインを始めてから時間がたったか、戻るボタンなどで前の画面が開かれました。',
        en: 'Too much time has passed since the login began, or an earlier page was opened again.',
      },
    ],
    remedies: [startAgain],
    restartBrowser: false,
  },
  'session-ended': {
    title: { ja: 'この画面の有効時間が終わりました', en: 'The time for this page is over' },
    causes: [
      {
        ja: 'カードでログインしてから時間がたったか、このPCで別の方がログインしました。',
        en: 'Too much time has passed since the card login, or another person has logged in on this PC.',
      },
    ],
    remedies: [startAgain],
    restartBrowser: false,
  },
  'too-many': {
    title: { ja: '操作の回数が多すぎます', en: 'Too many attempts' },
    causes: [
      { ja: '短い時間に同じ操作がくり返されました。', en: 'The same was done many times in a short time.' },
    ],
    remedies: [
      { ja: 'しばらく待ってから、もう一度やり直してください。', en: 'Please wait a while and try again.' },
    ],
    restartBrowser: false,
  },
  'my-number-unreadable': {
    title: {
      ja: 'マイナンバーカードの証明書を読み取れませんでした',
      en: "The My Number card's certificate could not be read",
    },
    causes: [
      {
        ja: 'カードから送られた証明書が、読み取れない形式でした。',
        en: 'The certificate that was sent has a form that cannot be read.',
      },
    ],
    remedies: [restart],
    restartBrowser: true,
  },
  'my-number-signature': {
    title: {
      ja: 'マイナンバーカードの署名用の証明書が選ばれました',
      en: 'The My Number card’s certificate for signatures was chosen',
    },
    causes: [
      {
        ja: 'ここで使うのは、利用者証明用電子証明書（暗証番号は数字4桁）です。',
        en: 'What is needed here is the certificate for user authentication (PIN of four digits).',
      },
    ],
    remedies: [
      restart,
      {
        ja: '証明書の選択画面では、発行元が「JPKI for user authentication」の証明書を選んでください。',
        en: 'In the certificate dialog choose the one issued by "JPKI for user authentication".',
      },
    ],
    restartBrowser: true,
  },
  'my-number-unknown-authority': {
    title: {
      ja: 'マイナンバーカードの証明書ではありません',
      en: 'This is not a certificate of a My Number card',
    },
    causes: [
      {
        ja: '公的個人認証サービス（JPKI）の利用者証明用電子証明書ではありません。HPKIカードがセットされたままの可能性があります。',
        en: 'It is no certificate for user authentication of the public service JPKI. The HPKI card may still be on the reader.',
      },
    ],
    remedies: [
      {
        ja: 'ICカードリーダーにマイナンバーカードがセットされているか確認してください。',
        en: 'Check that the My Number card is on the card reader.',
      },
      restart,
    ],
    restartBrowser: true,
  },
  'my-number-not-valid': {
    title: {
      ja: 'マイナンバーカードの電子証明書が有効期間外です',
      en: "The My Number card's certificate is out of its validity",
    },
    causes: [
      {
        ja: '利用者証明用電子証明書の有効期限（発行から5回目の誕生日まで）が過ぎているか、有効期間がまだ始まっていません。',
        en: 'The certificate for user authentication ends on the fifth birthday after issue, or its validity has not begun.',
      },
    ],
    remedies: [
      {
        ja: 'お住まいの市区町村の窓口で電子証明書を更新してから、もう一度やり直してください。',
        en: 'Have the certificate renewed at your municipal office, then start again.',
      },
      restart,
    ],
    restartBrowser: true,
  },
  'my-number-revoked': {
    title: {
      ja: 'マイナンバーカードの電子証明書が失効しています',
      en: "The My Number card's certificate has been revoked",
    },
    causes: [
      {
        ja: 'カードの更新や再発行、失効の手続きなどにより、この証明書は使えなくなっています。',
        en: 'It is no longer valid, for instance because the card was renewed or reissued.',
      },
    ],
    remedies: [
      {
        ja: '新しいマイナンバーカードをお持ちの場合は、新しいカードをセットしてください。',
        en: 'If you have a new My Number card, use that one.',
      },
      restart,
    ],
    restartBrowser: true,
  },
  'my-number-not-linked': {
    title: {
      ja: 'このマイナンバーカードは登録されていません',
      en: 'This My Number card is not registered here',
    },
    causes: [
      {
        ja: 'マイナンバーカードによる手続きは、HPKI証明書とマイナンバーカードの紐づけが済んでいる方だけがご利用いただけます。',
        en: 'Only people whose HPKI certificate and My Number card are linked can use the My Number card here.',
      },
      {
        ja: 'マイナンバーカードの電子証明書を更新された場合は、更新前の紐づけは使えません。',
        en: 'If the certificate on the card has been renewed, the link from before no longer works.',
      },
    ],
    remedies: [
      {
        ja: 'HPKIカードをお持ちの方は、「HPKIカードを使ってマイナンバーカードを登録する」で紐づけてください。スマートフォンは「HPKIカードを使ってスマートフォンを登録する」でも登録できます。',
        en: 'If you have an HPKI card, link the two with "Register a My Number card with the HPKI card". A phone can also be registered with the HPKI card alone.',
      },
      {
        ja: 'HPKIカードをお持ちでない方は、HPKI証明書を申請した認証局にお問い合わせください。',
        en: 'If you have none, ask the certification authority where you applied for the HPKI certificate.',
      },
    ],
    restartBrowser: false,
  },
  'my-number-of-other': {
    title: {
      ja: 'このマイナンバーカードは別の本人IDで登録されています',
      en: 'This My Number card is registered for another username',
    },
    causes: [
      {
        ja: 'セットされたマイナンバーカードは、いまログインしている本人IDとは別の本人IDに紐づいています。何も変更されていません。',
        en: 'The My Number card belongs to another username than the one logged in. Nothing has been changed.',
      },
    ],
    remedies: [
      {
        ja: 'HPKIカードとマイナンバーカードが、どちらもご自身のものか確認してください。',
        en: 'Check that HPKI card and My Number card are both your own.',
      },
      {
        ja: '複数の資格をお持ちの場合など、どちらもご自身のカードのときは、認証局にお問い合わせください。',
        en: 'If both are, for instance because you hold two qualifications, please ask the certification authority.',
      },
      restart,
    ],
    restartBrowser: true,
  },
};

function ofGuide(error: GuideError): CardProblemText {
  return {
    title: error.title,
    causes: [error.symptom, ...error.causes.map(({ text }) => text)],
    remedies: error.remedies.map(({ text }) => text),
    restartBrowser: true,
  };
}
