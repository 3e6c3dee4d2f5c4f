import { noReaderYet } from './no-reader-yet.ts';
import type { Step, StepId } from './types.ts';

/** The manual's steps (1)–(13), in its order, its texts shortened only where it shows pictures. */
export const steps: readonly Step[] = [
  {
    id: 'prepare',
    number: 1,
    device: 'pc',
    title: { ja: '必要なものを準備します', en: 'Get ready' },
    instructions: [
      { ja: 'HPKIカードを用意します。', en: 'Have your HPKI card at hand.' },
      {
        ja: 'HPKIカードを読み取れるカードリーダーをPCに接続します。',
        en: 'Connect a card reader that reads HPKI cards to the PC.',
      },
      {
        ja: 'HPKIカードドライバがインストールされ、インターネットに接続可能であることを確認します。',
        en: 'Make sure the HPKI card driver is installed and the PC is connected to the Internet.',
      },
      {
        ja: '生体認証機能（指紋認証、顔認証など）のあるスマートフォンを用意し、ご利用になる方の指紋・顔などをあらかじめスマートフォン本体に登録します。',
        en: 'Have a phone with biometrics (fingerprint, face) and enrol your own finger or face on it beforehand.',
      },
    ],
    notes: [
      {
        ja: 'iPhoneはiOSバージョン14以上で、ブラウザはSafariです。',
        en: 'iPhone: iOS 14 or later, with Safari.',
      },
      {
        ja: 'Android端末はOSバージョン7以上で、ブラウザはChromeです。',
        en: 'Android: version 7 or later, with Chrome.',
      },
      noReaderYet,
    ],
  },
  {
    id: 'open-site',
    number: 2,
    device: 'pc',
    title: { ja: '登録サイトを開きます', en: 'Open the registration site' },
    instructions: [
      {
        ja: '日本薬剤師会認証局のセカンド電子証明書ページで、<登録方法2>の「HPKIセカンド電子証明書 認証登録サイト（外部）」をクリックします。',
        en: 'On the second certificate page of the Japan Pharmaceutical Association CA, click 「HPKIセカンド電子証明書 認証登録サイト（外部）」 under <登録方法2>.',
      },
    ],
    notes: [
      {
        ja: 'この作業はPCで行ってください。ブラウザはEdgeもしくはChromeを利用してください。',
        en: 'Do this on the PC, with Edge or Chrome.',
      },
    ],
  },
  {
    id: 'choose-method',
    number: 3,
    device: 'pc',
    title: { ja: '登録の方法を選びます', en: 'Choose how to register' },
    instructions: [
      {
        ja: '「HPKIカードを使ってスマートフォンを登録する」をクリックします。',
        en: 'Click 「HPKIカードを使ってスマートフォンを登録する」.',
      },
    ],
    notes: [],
  },
  {
    id: 'card-auth',
    number: 4,
    device: 'pc',
    title: { ja: 'HPKIカードで登録を始めます', en: 'Start with the HPKI card' },
    instructions: [
      {
        ja: 'HPKIカードをICカードリーダーにセットし、「HPKIカードで登録」をクリックします。',
        en: 'Put the HPKI card on the reader and click 「HPKIカードで登録」.',
      },
    ],
    notes: [],
  },
  {
    id: 'choose-certificate',
    number: 5,
    device: 'pc',
    title: { ja: '証明書を選びます', en: 'Choose the certificate' },
    instructions: [
      {
        ja: 'HPKIカードに格納されている証明書をクリックしてから「OK」をクリックします。',
        en: "Click your HPKI card's certificate, then “OK”.",
      },
    ],
    notes: [
      {
        ja: 'ブラウザにより証明書選択画面の外観は異なります。',
        en: 'The dialog looks different in each browser.',
      },
    ],
  },
  {
    id: 'enter-pin',
    number: 6,
    device: 'pc',
    title: { ja: 'PIN（暗証番号）を入力します', en: 'Enter the PIN' },
    instructions: [
      {
        ja: 'HPKIカードのPIN（暗証番号）を入力して「OK」をクリックします。',
        en: "Type the HPKI card's PIN and click “OK”.",
      },
    ],
    notes: [
      {
        ja: 'PIN（暗証番号）は申請書作成時にご入力いただいたものです。ご不明の場合は、日本薬剤師会認証局にお問い合わせください。',
        en: 'It is the PIN you chose on the application form. If you do not know it, ask the Japan Pharmaceutical Association CA.',
      },
    ],
  },
  {
    id: 'scan-qr',
    number: 7,
    device: 'pc',
    title: { ja: 'スマートフォンでQRコードを読み取ります', en: 'Scan the QR code with the phone' },
    instructions: [
      {
        ja: 'スマートフォンのカメラでPC画面のQRコードを読み取り、登録サイトにアクセスします。',
        en: "Scan the QR code on the PC's screen with the phone's camera and open the link.",
      },
    ],
    notes: [
      {
        ja: '画面にはQRコードの有効期限も表示されます。有効期限内に読み取らないとQRコードは無効になりますのでご注意ください。無効になってしまった場合は再度（2）からやり直してください。',
        en: 'The screen shows until when the QR code is valid. After that it no longer works: start again from (2).',
      },
    ],
  },
  {
    id: 'phone-login',
    number: 8,
    device: 'phone',
    title: { ja: 'スマートフォンでログインします', en: 'Log in on the phone' },
    instructions: [
      {
        ja: 'Username欄の値が正しいことを確認して「ログイン」ボタンをタップします。',
        en: 'Check that the Username is yours and tap 「ログイン」 (Log in).',
      },
    ],
    notes: [
      {
        ja: 'Usernameには、「[薬剤師名簿登録番号]」＋「-jpa」が入力されています。（例：薬剤師名簿登録番号が「999001」の場合、「999001-jpa」）外国籍の場合は「F」、琉球政府発行の薬剤師免許証の番号の場合は「R」が先頭に入っています。',
        en: 'The Username is your pharmacist registration number and "-jpa", e.g. 999001-jpa. It starts with F for foreign nationals and R for licences issued by the Ryukyu government.',
      },
    ],
  },
  {
    id: 'phone-register',
    number: 9,
    device: 'phone',
    title: { ja: '認証情報の登録を始めます', en: 'Start the registration' },
    instructions: [{ ja: '「登録」ボタンをタップします。', en: 'Tap 「登録」 (Register).' }],
    notes: [],
  },
  {
    id: 'phone-biometric',
    number: 10,
    device: 'phone',
    title: { ja: '生体認証をします', en: 'Use your fingerprint or face' },
    instructions: [
      {
        ja: 'スマートフォンの画面の案内に従って生体認証を実施します。',
        en: 'Follow the phone and use your fingerprint or face.',
      },
    ],
    notes: [
      {
        ja: '事前にスマートフォンに生体認証登録を実施していない場合は、ここで Security Key Error となります。生体認証の登録を実施したうえで、(2) からやり直してください。',
        en: 'If no fingerprint or face is enrolled on the phone, "Security Key Error" appears here. Enrol one and start again from (2).',
      },
    ],
  },
  {
    id: 'phone-label',
    number: 11,
    device: 'phone',
    title: { ja: 'ラベルを登録します', en: 'Confirm the label' },
    instructions: [
      {
        ja: '値はシステムで自動設定されるため、特に何も入力せず「OK」をタップします。',
        en: 'The label is set by itself: type nothing and tap “OK”.',
      },
    ],
    notes: [],
  },
  {
    id: 'phone-done',
    number: 12,
    device: 'phone',
    title: { ja: 'スマートフォンでの手続きは完了です', en: 'Done on the phone' },
    instructions: [
      {
        ja: '操作したPCにて登録が完了していることを確認してスマートフォンのブラウザを終了してください。',
        en: "Check on the PC that the registration is complete, then close the phone's browser.",
      },
    ],
    notes: [
      {
        ja: 'ブラウザの戻るボタンを押すと、登録情報が壊れる可能性があるため、戻るボタンは押さないでください。',
        en: "Do not press the browser's back button: it could damage the registration.",
      },
    ],
  },
  {
    id: 'finish',
    number: 13,
    device: 'pc',
    title: { ja: '登録が完了しました', en: 'Registration complete' },
    instructions: [
      {
        ja: 'PC側のブラウザは必ず閉じてください。タブだけでなくブラウザ全体を終了させる必要があります。',
        en: 'Close the browser on the PC: the whole browser, not only the tab.',
      },
      {
        ja: 'HPKIカードをカードリーダーから取り出してください。',
        en: 'Take the HPKI card off the reader.',
      },
    ],
    notes: [
      {
        ja: '紐付け作業が完了しているかは、認証局HP内「セカンド電子証明書」ページの「スマートフォン登録の確認方法について」の項目からご確認いただけます。',
        en: 'Whether the phone is linked can be checked on the second certificate page of the CA, under 「スマートフォン登録の確認方法について」.',
      },
    ],
  },
];

const byId = new Map(steps.map((step) => [step.id, step]));

export function stepById(id: StepId): Step {
  const step = byId.get(id);
  if (!step) throw new RangeError(`no step ${id}`);
  return step;
}
