import type { GuideError, GuideErrorId, Text } from './types.ts';

/** The manual's own name for its error guide, as it stands in the places below. */
export const errorGuideName: Text = { ja: 'エラー対応手引き', en: 'error guide' };
const guide1 = { manual: `${errorGuideName.ja} 1` };
const guide2 = { manual: `${errorGuideName.ja} 2` };
const ours = { ours: true } as const;

const startAgain: Text = {
  ja: 'PCで、もう一度（2）からはじめます。',
  en: 'Start again from (2), on the PC.',
};

const continueThere: Text = {
  ja: '最初に読み取ったスマートフォンの画面で続けてください。',
  en: 'Go on in the page that the phone opened first.',
};
const restart: Text = {
  ja: 'ブラウザをすべて閉じて、開き直してください。',
  en: 'Close the whole browser and open it again.',
};

/** The error guide: the manual's two errors word for word, and those the manual only mentions. */
export const guideErrors: readonly GuideError[] = [
  {
    id: 'access-denied',
    title: {
      ja: '「mahpki-auth.2nds.medis.or.jp へのアクセスが拒否されました。」と表示される',
      en: 'Access to mahpki-auth.2nds.medis.or.jp was denied',
    },
    symptom: {
      ja: '「HPKIカードで登録」をクリックするとエラー（ERR_BAD_SSL_CLIENT_AUTH_CERT）が表示されます。',
      en: 'After clicking 「HPKIカードで登録」 an error (ERR_BAD_SSL_CLIENT_AUTH_CERT) appears.',
    },
    causes: [
      {
        text: {
          ja: 'HPKIカードドライバーがPCにインストールされていない可能性があります。',
          en: 'The HPKI card driver may not be installed on the PC.',
        },
        source: guide1,
      },
      {
        text: {
          ja: 'ICカードの読み取りに失敗している可能性があります。',
          en: 'The card may not have been read.',
        },
        source: guide1,
      },
    ],
    remedies: [
      {
        text: {
          ja: 'HPKIカードリーダーがPCに接続され、HPKIカードドライバーがインストール済であるかご確認ください。',
          en: 'Check that the card reader is connected and the HPKI card driver is installed.',
        },
        source: guide1,
      },
      {
        text: {
          ja: 'HPKIカードツールからリーダーライタ選択ツールを選択いただき、リーダーライタ選択にてご利用のカードリーダーが選択されているか（他のカードリーダーが選択されている場合は現在利用しているカードリーダーを選択してください）ご確認ください。',
          en: 'In the HPKI card tools open the reader selection tool and check that the reader you use is selected; if another one is, select yours.',
        },
        source: guide1,
      },
    ],
    next: {
      ja: 'カードとカードリーダーを確認して、もう一度「HPKIカードで登録」へ進みます。',
      en: 'Check the card and the reader, then go on to 「HPKIカードで登録」 again.',
    },
    resumeAt: 'card-auth',
    source: guide1,
  },
  {
    id: 'invalid-registration',
    title: {
      ja: '「セキュリティキーの登録結果が無効です。」と表示される',
      en: 'The phone says the security key registration is invalid',
    },
    symptom: {
      ja: '（8）以降のスマートフォンの操作で「セキュリティキーの登録結果が無効です。」と表示されます。',
      en: 'From step (8) on, the phone shows 「セキュリティキーの登録結果が無効です。」.',
    },
    causes: [
      {
        text: { ja: '生体認証に失敗した。', en: 'The fingerprint or face was not recognised.' },
        source: guide2,
      },
      {
        text: {
          ja: '生体認証を実施している最中にキャンセル操作をした。',
          en: 'It was cancelled while the phone was asking for fingerprint or face.',
        },
        source: guide2,
      },
      {
        text: {
          ja: 'ブラウザまたはOSがFIDOをサポートしていない。',
          en: 'The browser or the operating system does not support FIDO.',
        },
        source: guide2,
      },
      {
        text: { ja: 'iCloudキーチェーンが有効になっていない。', en: 'iCloud Keychain is off.' },
        phone: 'iphone',
        source: guide2,
      },
      {
        text: {
          ja: 'スマートフォンに生体認証情報を登録していない。',
          en: 'No fingerprint or face is enrolled on the phone.',
        },
        source: guide2,
      },
      {
        text: {
          ja: '「TouchIDとパスコード」で「パスコードをオフにする」設定になっている。',
          en: 'The passcode is turned off under "Touch ID & Passcode".',
        },
        phone: 'iphone',
        source: guide2,
      },
    ],
    remedies: [
      {
        text: { ja: 'iPhoneの場合はSafariのブラウザを使用してください。', en: 'On an iPhone use Safari.' },
        phone: 'iphone',
        source: guide2,
      },
      {
        text: { ja: 'Androidの場合はChromeのブラウザを使用してください。', en: 'On Android use Chrome.' },
        phone: 'android',
        source: guide2,
      },
      {
        text: {
          ja: 'OSを最新のものにバージョンアップしてください。',
          en: 'Update the phone to the newest system version.',
        },
        source: guide2,
      },
      {
        text: { ja: 'iCloudキーチェーンを有効にしてください。', en: 'Turn on iCloud Keychain.' },
        phone: 'iphone',
        source: guide2,
      },
      {
        text: {
          ja: 'ブラウザのキャッシュをクリアしてもう一度最初から操作してください。',
          en: "Clear the browser's cache and start again from the beginning.",
        },
        source: guide2,
      },
      {
        text: { ja: '再度生体認証を実施してください。', en: 'Try the fingerprint or face again.' },
        source: guide2,
      },
      {
        text: {
          ja: 'スマートフォン本体に生体認証が登録されていない場合は、生体認証を登録してください。',
          en: 'If no fingerprint or face is enrolled on the phone, enrol one.',
        },
        source: guide2,
      },
      {
        text: {
          ja: '「設定」→「TouchIDとパスコード」から「パスコードをオンにする」操作を実施してください。',
          en: 'Under Settings → "Touch ID & Passcode", turn the passcode on.',
        },
        phone: 'iphone',
        source: guide2,
      },
    ],
    next: {
      ja: 'スマートフォンの設定を確認し、もう一度生体認証を実施してください。',
      en: "Check the phone's settings and try the fingerprint or face again.",
    },
    resumeAt: 'phone-register',
    source: guide2,
  },
  {
    id: 'security-key-error',
    title: {
      ja: 'スマートフォンに「Security Key Error」と表示される',
      en: 'The phone shows "Security Key Error"',
    },
    symptom: {
      ja: '（10）の生体認証で「Security Key Error」と表示されます。',
      en: 'At step (10) the phone shows "Security Key Error".',
    },
    causes: [
      {
        text: {
          ja: '事前にスマートフォンに生体認証登録を実施していない。',
          en: 'No fingerprint or face was enrolled on the phone beforehand.',
        },
        source: { manual: '(10)' },
      },
    ],
    remedies: [
      {
        text: {
          ja: 'スマートフォンに生体認証の登録を実施したうえで、(2) からやり直してください。',
          en: 'Enrol a fingerprint or face on the phone and start again from (2).',
        },
        source: { manual: '(10)' },
      },
    ],
    next: {
      ja: 'スマートフォンに指紋または顔を登録してから、もう一度はじめます。',
      en: 'Enrol a fingerprint or face on the phone, then start again.',
    },
    resumeAt: 'open-site',
    source: { manual: '(10)' },
  },
  {
    id: 'qr-expired',
    title: { ja: 'QRコードの有効期限が切れました', en: 'The QR code has expired' },
    symptom: {
      ja: '有効期限内に読み取らなかったため、QRコードは無効になりました。',
      en: 'The QR code was not scanned in time and no longer works.',
    },
    causes: [],
    remedies: [
      {
        text: {
          ja: '無効になってしまった場合は再度（2）からやり直してください。',
          en: 'Start again from (2).',
        },
        source: { manual: '(7)' },
      },
    ],
    next: startAgain,
    resumeAt: 'open-site',
    source: { manual: '(7)' },
  },
  {
    id: 'qr-used',
    title: { ja: 'このQRコードはすでに使われています', en: 'This QR code has been used already' },
    symptom: {
      ja: 'ほかのスマートフォン、または同じスマートフォンの別の画面で、このQRコードが使われています。',
      en: 'Another phone, or another page on the same phone, has used this QR code.',
    },
    causes: [],
    remedies: [
      {
        text: {
          ja: `${continueThere.ja}続けられない場合は再度（2）からやり直してください。`,
          en: `${continueThere.en} If that is not possible, start again from (2).`,
        },
        source: ours,
      },
    ],
    next: continueThere,
    resumeAt: 'open-site',
    source: ours,
  },
  {
    id: 'other-person',
    title: {
      ja: '別の方の情報が表示されたため、登録を止めました',
      en: 'Stopped: this page belongs to another person',
    },
    symptom: {
      ja: 'カードリーダーのカードと、登録サイトの本人IDが一致しません。',
      en: 'The card on the reader and the user name on the site do not match.',
    },
    causes: [
      {
        text: {
          ja: '前の方のログインがブラウザに残っています（カードを抜いても、ブラウザを終了するまで残ります）。',
          en: "The browser still holds the previous person's login: it stays until the whole browser is closed, even with the card taken out.",
        },
        source: ours,
      },
    ],
    remedies: [
      {
        text: {
          ja: 'QRコードは使わずに、ブラウザのウィンドウをすべて閉じてください。そのあと、登録する方のカードをセットしてブラウザを開き直してください。',
          en: 'Do not use the QR code. Close all browser windows, put the right card on the reader and open the browser again.',
        },
        source: ours,
      },
    ],
    next: restart,
    resumeAt: 'prepare',
    source: ours,
  },
  {
    id: 'card-removed',
    title: {
      ja: '途中でカードが抜かれたか、入れ替わりました',
      en: 'The card was taken out or changed on the way',
    },
    symptom: {
      ja: 'QRコードが表示される前に、カードがカードリーダーから離れたか、カードリーダーとの接続が切れました。',
      en: 'The card left the reader, or the reader was disconnected, before the QR code was shown.',
    },
    causes: [
      {
        text: {
          ja: 'カードを抜いたか、入れ替えたか、カードがずれました。',
          en: 'The card was taken out or changed, or it slipped.',
        },
        source: ours,
      },
    ],
    remedies: [
      {
        text: {
          ja: 'ブラウザのウィンドウをすべて閉じ、登録する方のカードをセットして、ブラウザを開き直してください。',
          en: 'Close all browser windows, put the right card on the reader and open the browser again.',
        },
        source: ours,
      },
    ],
    next: restart,
    resumeAt: 'prepare',
    source: ours,
  },
  {
    id: 'signature-certificate',
    title: { ja: '署名用の証明書が選ばれました', en: 'The signature certificate was chosen' },
    symptom: {
      ja: '登録には、HPKIカードの認証用の証明書が必要です。',
      en: "Registration needs the card's authentication certificate.",
    },
    causes: [
      {
        text: {
          ja: '証明書選択画面で、署名用の証明書（発行元に NonRepudiation を含むもの）が選ばれました。',
          en: 'In the certificate dialog the signature certificate (its issuer contains NonRepudiation) was chosen.',
        },
        source: ours,
      },
    ],
    remedies: [
      {
        text: {
          ja: 'ブラウザのウィンドウをすべて閉じて開き直し、発行元に Authentication を含む証明書を選んでください。',
          en: 'Close all browser windows, open the browser again and choose the certificate whose issuer contains Authentication.',
        },
        source: ours,
      },
    ],
    next: {
      ja: 'ブラウザを開き直し、認証用の証明書を選びます。',
      en: 'Open the browser again and choose the authentication certificate.',
    },
    resumeAt: 'card-auth',
    source: ours,
  },
];

const byId = new Map(guideErrors.map((error) => [error.id, error]));

export function guideErrorById(id: GuideErrorId): GuideError {
  const error = byId.get(id);
  if (!error) throw new RangeError(`no error ${id}`);
  return error;
}
