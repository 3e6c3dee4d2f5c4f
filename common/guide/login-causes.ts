import type { CheckAction } from './checks.ts';
import type { Text } from './types.ts';

/**
 * Error guide 1: causes of a failed card login that no check of the PC sees by itself, in words of our own. The net
 * error tells none of them apart; each follows from what was measured before and after.
 */
export const loginCauseIds = [
  'login-host-unreachable',
  'pin-wrong',
  'choice-remembered',
  'no-chooser',
  'cancelled',
  'pin-perhaps',
  'not-accepted',
] as const;
export type LoginCauseId = (typeof loginCauseIds)[number];

/** How sure a cause is: measured, or what the signs speak for, or what could be. */
export type Certainty = 'certain' | 'likely' | 'possible';

export interface LoginCauseWords {
  sentence: Text;
  next: Text;
  action?: CheckAction;
  /** Why only a restart of the browser leads on. */
  restart?: Text;
  manual?: string;
}

const makeSure: Text = {
  ja: 'PINを確かめてから、もう一度進めてください。',
  en: 'Make sure of the PIN before you go on.',
};
const askTheCa: Text = {
  ja: 'ご不明の場合は、日本薬剤師会認証局にお問い合わせください。',
  en: 'If you do not know it, ask the Japan Pharmaceutical Association CA.',
};

export const loginCauses: Readonly<Record<LoginCauseId, LoginCauseWords>> = {
  'login-host-unreachable': {
    sentence: {
      ja: 'カードでのログイン先につながりません。カードやPINに問題はありません。',
      en: 'The card login cannot be reached. Card and PIN are not to blame.',
    },
    next: {
      ja: '少し待って、もう一度進めてください。続くときは、停止中か、ネットワークの制限です。PCの管理者にお問い合わせください。',
      en: 'Wait a moment and go on again. If it stays so, it is down or the network blocks it: ask the administrator of this PC.',
    },
  },
  'pin-wrong': {
    sentence: {
      ja: 'PIN（暗証番号）が違っていました。カードに問題はありません。',
      en: 'The PIN was wrong. There is nothing wrong with the card.',
    },
    next: {
      ja: `入力できるのは、あと{tries}回です。${makeSure.ja}${askTheCa.ja}`,
      en: `Tries left: {tries}. ${makeSure.en} ${askTheCa.en}`,
    },
    manual: '(6)',
  },
  'choice-remembered': {
    sentence: {
      ja: '証明書を選ばなかったことを、ブラウザが覚えています。',
      en: 'The browser remembers that no certificate was chosen.',
    },
    next: {
      ja: 'ブラウザのウィンドウをすべて閉じて開き直し、次は証明書を選んでください。',
      en: 'Close all browser windows, open the browser again and choose the certificate this time.',
    },
    action: 'close-browser',
    restart: {
      ja: 'ブラウザは、終了するまで証明書をもう一度たずねません。ページを読み込み直しても変わりません。',
      en: 'The browser does not ask again until it is closed, however often the page is reloaded.',
    },
  },
  'no-chooser': {
    sentence: {
      ja: '証明書の選択画面が出ないまま終わりました。ブラウザからカードの証明書が見えていません。',
      en: "It ended without the certificate dialog: the browser cannot see the card's certificate.",
    },
    next: {
      ja: 'HPKIカードドライバーがインストール済であるか、HPKIカードツールの「リーダーライタ選択」でご利用のカードリーダーが選択されているかをご確認ください。',
      en: 'Check that the HPKI card driver is installed and that the reader you use is selected in the HPKI card tools.',
    },
    action: 'open-driver-manual',
    manual: 'エラー対応手引き 1',
  },
  cancelled: {
    sentence: {
      ja: '証明書の選択かPINの入力が、途中で取り消されました。',
      en: 'Choosing the certificate or entering the PIN was cancelled.',
    },
    next: {
      ja: 'もう一度進め、証明書をクリックしてから「OK」、PINを入力して「OK」を押してください。',
      en: 'Go on once more: click the certificate, then OK; type the PIN, then OK.',
    },
    manual: '(5)',
  },
  'pin-perhaps': {
    sentence: {
      ja: 'PIN（暗証番号）が違っていた可能性があります。残り回数は確認できませんでした。',
      en: 'The PIN may have been wrong. How many tries are left could not be checked.',
    },
    next: {
      ja: `${makeSure.ja}続けて間違えると、カードがロックされます。${askTheCa.ja}`,
      en: `${makeSure.en} Wrong ones in a row lock the card. ${askTheCa.en}`,
    },
    manual: '(6)',
  },
  'not-accepted': {
    sentence: {
      ja: '登録サイトが、この証明書を受け付けなかった可能性があります（失効、別の証明書の選択など）。',
      en: 'The site may not have accepted the certificate: a revoked one, or another than the card’s.',
    },
    next: {
      ja: '発行元に Authentication を含む証明書を選んでください。続くときは、カードを発行した認証局にお問い合わせください。',
      en: 'Choose the certificate whose issuer contains Authentication. If it happens again, ask the CA that issued the card.',
    },
  },
};

/** What stands above error guide 1 where the browser's page said that there was no connection. */
export const unreachedTitle: Text = {
  ja: '「mahpki-auth.2nds.medis.or.jp」に接続できません',
  en: 'mahpki-auth.2nds.medis.or.jp cannot be reached',
};

/** Error guide 1 after a driver was installed: browsers load it when they start. */
export const restartForDriver: Text = {
  ja: 'カードドライバは、ブラウザの起動時に読み込まれます。ブラウザをすべて閉じて開き直すと、証明書が見えるようになります。',
  en: 'Browsers load the card driver when they start. Close all browser windows and open the browser again to make the certificate visible.',
};
