import { type GuideError, guideErrorById, type Text } from '../../common/guide/index.ts';
import { certificateRefusals } from './client-certificate.ts';

/** What can stop a person between 「HPKIカードで登録」 and the QR code. */
export const cardProblems = [
  ...certificateRefusals,
  /** The login was not begun in this browser, or too long ago, or the answer was used already. */
  'login-lost',
  /** The card login is over: its time is up, or another person logged in. */
  'session-ended',
  'too-many',
] as const;
export type CardProblem = (typeof cardProblems)[number];

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
        ja: 'カードでのログインを始めてから時間がたったか、戻るボタンなどで前の画面が開かれました。',
        en: 'Too much time has passed since the card login began, or an earlier page was opened again.',
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
};

function ofGuide(error: GuideError): CardProblemText {
  return {
    title: error.title,
    causes: [error.symptom, ...error.causes.map(({ text }) => text)],
    remedies: error.remedies.map(({ text }) => text),
    restartBrowser: true,
  };
}
