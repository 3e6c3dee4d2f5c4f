import type { Phone, Text } from './types.ts';

/**
 * Error guide 2 names settings without showing them, and for some points outside its text (clearing the cache, 10.1).
 * These ways there are ours; phones differ, so each is the usual one.
 */
export const phoneSettingIds = [
  'iphone-face',
  'iphone-fingerprint',
  'iphone-passcode-face',
  'iphone-passcode',
  'iphone-keychain',
  'iphone-browser',
  'iphone-update',
  'iphone-cache',
  'android-biometrics',
  'android-browser',
  'android-update',
  'android-cache',
] as const;
export type PhoneSettingId = (typeof phoneSettingIds)[number];

export interface PhoneSetting {
  phone: Phone;
  title: Text;
  /** Where to tap, one after the other. */
  way: readonly Text[];
  /** The last screen of the way: its heading and rows, as drawn. One row is the one to change. */
  screen: { heading: Text; rows: readonly { label: Text; target?: 'tap' | 'switch-on' }[] };
}

const settings: Text = { ja: '設定', en: 'Settings' };
const faceAndPasscode: Text = { ja: 'Face IDとパスコード', en: 'Face ID & Passcode' };
const touchAndPasscode: Text = { ja: 'Touch IDとパスコード', en: 'Touch ID & Passcode' };
const passcodeOn: Text = { ja: 'パスコードをオンにする', en: 'Turn Passcode On' };
const changePasscode: Text = { ja: 'パスコードを変更', en: 'Change Passcode' };

export const phoneSettings: Readonly<Record<PhoneSettingId, PhoneSetting>> = {
  'iphone-face': {
    phone: 'iphone',
    title: {
      ja: '顔を登録する（ホームボタンのないiPhone）',
      en: 'Enrol a face (iPhone without a Home button)',
    },
    way: [settings, faceAndPasscode, { ja: 'Face IDをセットアップ', en: 'Set Up Face ID' }],
    screen: {
      heading: faceAndPasscode,
      rows: [
        { label: { ja: 'Face IDをセットアップ', en: 'Set Up Face ID' }, target: 'tap' },
        { label: changePasscode },
      ],
    },
  },
  'iphone-fingerprint': {
    phone: 'iphone',
    title: {
      ja: '指紋を登録する（ホームボタンのあるiPhone）',
      en: 'Enrol a fingerprint (iPhone with a Home button)',
    },
    way: [settings, touchAndPasscode, { ja: '指紋を追加', en: 'Add a Fingerprint' }],
    screen: {
      heading: touchAndPasscode,
      rows: [
        { label: { ja: '指紋を追加…', en: 'Add a Fingerprint…' }, target: 'tap' },
        { label: changePasscode },
      ],
    },
  },
  'iphone-passcode-face': {
    phone: 'iphone',
    title: {
      ja: 'パスコードをオンにする（ホームボタンのないiPhone）',
      en: 'Turn the passcode on (iPhone without a Home button)',
    },
    way: [settings, faceAndPasscode, passcodeOn],
    screen: {
      heading: faceAndPasscode,
      rows: [
        { label: { ja: 'Face IDをリセット', en: 'Reset Face ID' } },
        { label: passcodeOn, target: 'tap' },
      ],
    },
  },
  'iphone-passcode': {
    phone: 'iphone',
    title: {
      ja: 'パスコードをオンにする（ホームボタンのあるiPhone）',
      en: 'Turn the passcode on (iPhone with a Home button)',
    },
    way: [settings, touchAndPasscode, passcodeOn],
    screen: {
      heading: touchAndPasscode,
      rows: [
        { label: { ja: '指紋を追加…', en: 'Add a Fingerprint…' } },
        { label: passcodeOn, target: 'tap' },
      ],
    },
  },
  'iphone-keychain': {
    phone: 'iphone',
    title: { ja: 'iCloudキーチェーンを有効にする', en: 'Turn iCloud Keychain on' },
    way: [
      settings,
      { ja: '一番上のご自分の名前', en: 'Your name at the top' },
      { ja: 'iCloud', en: 'iCloud' },
      { ja: 'パスワード（とキーチェーン）', en: 'Passwords (and Keychain)' },
    ],
    screen: {
      heading: { ja: 'パスワードとキーチェーン', en: 'Passwords & Keychain' },
      rows: [{ label: { ja: 'このiPhoneを同期', en: 'Sync this iPhone' }, target: 'switch-on' }],
    },
  },
  'iphone-browser': {
    phone: 'iphone',
    title: { ja: 'Safariで開く', en: 'Open it with Safari' },
    way: [
      { ja: '「カメラ」アプリでQRコードを写す', en: 'Point the Camera app at the QR code' },
      { ja: '「2nds.medis.or.jp」の通知をタップ', en: 'Tap the "2nds.medis.or.jp" notification' },
    ],
    screen: {
      heading: { ja: 'カメラ', en: 'Camera' },
      rows: [{ label: { ja: 'Safariで開く', en: 'Open in Safari' }, target: 'tap' }],
    },
  },
  'iphone-update': {
    phone: 'iphone',
    title: { ja: 'iOSを最新のものにする', en: 'Update iOS' },
    way: [settings, { ja: '一般', en: 'General' }, { ja: 'ソフトウェアアップデート', en: 'Software Update' }],
    screen: {
      heading: { ja: '一般', en: 'General' },
      rows: [
        { label: { ja: '情報', en: 'About' } },
        { label: { ja: 'ソフトウェアアップデート', en: 'Software Update' }, target: 'tap' },
      ],
    },
  },
  'iphone-cache': {
    phone: 'iphone',
    title: { ja: 'Safariのキャッシュをクリアする', en: "Clear Safari's cache" },
    way: [
      settings,
      { ja: 'Safari（新しいiOSでは「アプリ」の中）', en: 'Safari (under "Apps" in newer iOS)' },
      { ja: '履歴とWebサイトデータを消去', en: 'Clear History and Website Data' },
    ],
    screen: {
      heading: { ja: 'Safari', en: 'Safari' },
      rows: [
        { label: { ja: 'Cookieをすべてブロック', en: 'Block All Cookies' } },
        { label: { ja: '履歴とWebサイトデータを消去', en: 'Clear History and Data' }, target: 'tap' },
      ],
    },
  },
  'android-biometrics': {
    phone: 'android',
    title: { ja: '画面ロックと、指紋または顔を登録する', en: 'Set a screen lock and enrol a finger or face' },
    way: [
      settings,
      {
        ja: 'セキュリティ（機種により「ロック画面」「生体認証」）',
        en: 'Security (or "Lock screen", "Biometrics")',
      },
      { ja: '指紋認証または顔認証', en: 'Fingerprint or face' },
    ],
    screen: {
      heading: { ja: 'セキュリティ', en: 'Security' },
      rows: [
        { label: { ja: '画面ロック', en: 'Screen lock' } },
        { label: { ja: '指紋認証・顔認証', en: 'Fingerprint & face' }, target: 'tap' },
      ],
    },
  },
  'android-browser': {
    phone: 'android',
    title: { ja: 'Chromeで開く', en: 'Open it with Chrome' },
    way: [
      { ja: '「Chrome」アプリを開く', en: 'Open the Chrome app' },
      { ja: '検索欄の右のカメラボタン', en: 'Camera button at the right of the search field' },
      { ja: '「2nds.medis.or.jp～」のボタン', en: 'The "2nds.medis.or.jp…" button' },
    ],
    screen: {
      heading: { ja: 'Chrome', en: 'Chrome' },
      rows: [{ label: { ja: '検索　　　　　　　　◉', en: 'Search                     ◉' }, target: 'tap' }],
    },
  },
  'android-update': {
    phone: 'android',
    title: { ja: 'Androidを最新のものにする', en: 'Update Android' },
    way: [
      settings,
      { ja: 'システム（機種により「ソフトウェア更新」）', en: 'System (or "Software update")' },
      { ja: 'システムアップデート', en: 'System update' },
    ],
    screen: {
      heading: { ja: 'システム', en: 'System' },
      rows: [
        { label: { ja: '言語', en: 'Languages' } },
        { label: { ja: 'システムアップデート', en: 'System update' }, target: 'tap' },
      ],
    },
  },
  'android-cache': {
    phone: 'android',
    title: { ja: 'Chromeのキャッシュをクリアする', en: "Clear Chrome's cache" },
    way: [
      { ja: '「Chrome」アプリの右上の ⋮', en: '⋮ at the top right of the Chrome app' },
      { ja: '閲覧履歴データを削除', en: 'Delete browsing data' },
      { ja: 'キャッシュされた画像とファイル', en: 'Cached images and files' },
    ],
    screen: {
      heading: { ja: '閲覧履歴データを削除', en: 'Delete browsing data' },
      rows: [
        { label: { ja: 'キャッシュされた画像', en: 'Cached images and files' }, target: 'switch-on' },
        { label: { ja: 'データを削除', en: 'Delete data' }, target: 'tap' },
      ],
    },
  },
};

/** Error guide 2's causes by name, so that a page's report can be shown first. */
export const phoneCauseIds = [
  'cancelled',
  'failed',
  'not-enrolled',
  'keychain',
  'passcode',
  'unsupported',
] as const;
export type PhoneCauseId = (typeof phoneCauseIds)[number];

export interface PhoneCause {
  /** The manual's words, to find the item of error guide 2. */
  cause: string;
  remedies: readonly string[];
  settings: readonly PhoneSettingId[];
  /** Only this kind of phone has it. */
  phone?: Phone;
}

const tryAgain = '再度生体認証を実施してください。';

/** In the order of how usual they are; the manual gives none. */
export const phoneCauses: Readonly<Record<PhoneCauseId, PhoneCause>> = {
  cancelled: {
    cause: '生体認証を実施している最中にキャンセル操作をした。',
    remedies: [tryAgain],
    settings: [],
  },
  failed: { cause: '生体認証に失敗した。', remedies: [tryAgain], settings: [] },
  'not-enrolled': {
    cause: 'スマートフォンに生体認証情報を登録していない。',
    remedies: ['スマートフォン本体に生体認証が登録されていない場合は、生体認証を登録してください。'],
    settings: ['iphone-face', 'iphone-fingerprint', 'android-biometrics'],
  },
  keychain: {
    cause: 'iCloudキーチェーンが有効になっていない。',
    remedies: ['iCloudキーチェーンを有効にしてください。'],
    settings: ['iphone-keychain'],
    phone: 'iphone',
  },
  passcode: {
    cause: '「TouchIDとパスコード」で「パスコードをオフにする」設定になっている。',
    remedies: ['「設定」→「TouchIDとパスコード」から「パスコードをオンにする」操作を実施してください。'],
    settings: ['iphone-passcode-face', 'iphone-passcode'],
    phone: 'iphone',
  },
  unsupported: {
    cause: 'ブラウザまたはOSがFIDOをサポートしていない。',
    remedies: [
      'iPhoneの場合はSafariのブラウザを使用してください。',
      'Androidの場合はChromeのブラウザを使用してください。',
      'OSを最新のものにバージョンアップしてください。',
    ],
    settings: ['iphone-browser', 'iphone-update', 'android-browser', 'android-update'],
  },
};

/** The remedy that belongs to no cause alone, and whose way the manual leaves to another document (10.1). */
export const clearCacheRemedy = 'ブラウザのキャッシュをクリアしてもう一度最初から操作してください。';
export const clearCacheSettings: readonly PhoneSettingId[] = ['iphone-cache', 'android-cache'];
