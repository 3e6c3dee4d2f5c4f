import type { Text } from '../guide/types.ts';

/** Words of the report itself; those of causes and checks are the guide's. */
export const reportWords = {
  title: { ja: 'HPKI登録ナビ 診断レポート', en: 'HPKI Navi diagnostic report' },
  supportCode: { ja: 'サポートコード', en: 'Support code' },
  cause: { ja: '原因', en: 'Cause' },
  next: { ja: '次にすること', en: 'Next' },
  seenError: { ja: '表示されたエラー', en: 'Error shown' },
  further: { ja: 'ほかに見つかったこと', en: 'Also found' },
  checks: { ja: '確認したこと', en: 'Checks' },
  failed: { ja: '問題のある項目', en: 'Failed checks' },
  hangs: { ja: 'このため確認できない項目', en: 'Not examined because of it' },
  otherChecks: { ja: 'そのほかの項目', en: 'Other checks' },
  noneFailed: { ja: '問題のある項目はありません。', en: 'No check failed.' },
  machine: { ja: 'このPC', en: 'This PC' },
  timeline: { ja: 'できごと（日本時間 / UTC）', en: 'Timeline (Japan / UTC)' },
  timelineEmpty: { ja: '記録はありません。', en: 'Nothing was recorded.' },
  droppedEntries: {
    ja: '（途中の{count}件は省かれています）',
    en: '({count} entries in between were dropped)',
  },
  facts: { ja: '生データ', en: 'Raw facts' },
  drift: {
    ja: '登録サイトの画面が手引きと一致しませんでした',
    en: "The site's pages did not match the manual's",
  },
  driftSigns: { ja: '見つかった手がかり', en: 'Signs seen' },
  driftMap: { ja: '手順表の根拠', en: 'Step map' },
  registrations: { ja: 'ブラウザへの登録', en: 'Registration with browsers' },
  manifest_right: { ja: '登録されています', en: 'registered' },
  manifest_absent: { ja: '登録されていません', en: 'not registered' },
  'manifest_other-ids': { ja: '別の拡張機能に登録されています', en: 'registered for another extension' },
  'manifest_launcher-gone': { ja: '登録先のファイルがありません', en: 'registered, but its file is gone' },
  manifest_unreadable: { ja: '登録を読み取れません', en: 'the registration can not be read' },
  manifest_unknown: { ja: '登録は確認できません', en: 'registration not known' },
  extension_found: { ja: '拡張機能があります', en: 'the extension is there' },
  'extension_not-found': { ja: '拡張機能がありません', en: 'the extension is not there' },
  extension_unknown: { ja: '拡張機能は確認できません', en: 'extension not known' },
  removed: { ja: '本人が除いた項目', en: 'Left out by the person' },
  made: { ja: '作成', en: 'Made' },
  madeBy: { ja: '作成したもの', en: 'Made by' },
  by_extension: { ja: '拡張機能', en: 'the extension' },
  by_host: { ja: '確認プログラム', en: 'the helper program' },
  installation: { ja: 'PCの目印', en: 'Token of this PC' },
  tokens_host: { ja: 'このPCのユーザー', en: 'this user of the PC' },
  tokens_extension: {
    ja: '拡張機能だけ（確認プログラムなしで作成）',
    en: 'the extension alone (made without the helper program)',
  },
  tokens_once: { ja: 'このレポート限り', en: 'this report alone' },
  tokens: { ja: '記号が共通なのは', en: 'Tokens hold for' },
  privacy: {
    ja: '氏名・登録番号・証明書やリーダーの番号・ユーザー名は、このPCだけの記号（#から始まる文字）に置き換えてあります。',
    en: 'Names, registration numbers, serial numbers and user names are replaced by tokens (#…) of this PC alone.',
  },
  recordBegin: { ja: '──── 記録開始 ────', en: '──── recording begins ────' },
  recordEnd: { ja: '──── 記録終了 ────', en: '──── recording ends ────' },
  browserStarted: { ja: 'ブラウザの起動', en: 'browser started' },
  workerStarted: { ja: '拡張機能の起動', en: 'extension started' },
  entry_step: { ja: '手順', en: 'step' },
  entry_check: { ja: '確認', en: 'check' },
  entry_error: { ja: 'エラー', en: 'error' },
  'entry_net-error': { ja: '通信エラー', en: 'net error' },
  entry_host: { ja: '確認プログラム', en: 'helper program' },
  entry_phone: { ja: 'スマートフォン', en: 'phone' },
  entry_drift: { ja: '画面の不一致', en: 'unfamiliar page' },
  status_pass: { ja: '問題なし', en: 'ok' },
  status_warn: { ja: '注意', en: 'warning' },
  status_fail: { ja: '要対応', en: 'failed' },
  status_unknown: { ja: '確認できません', en: 'unknown' },
  status_skipped: { ja: '対象外', en: 'skipped' },
  machine_system: { ja: 'システム', en: 'System' },
  machine_browser: { ja: 'ブラウザ', en: 'Browser' },
  machine_extension: { ja: '拡張機能', en: 'Extension' },
  machine_host: { ja: '確認プログラム', en: 'Helper program' },
  machine_service: { ja: 'サービス', en: 'Service' },
  machine_readers: { ja: 'リーダー', en: 'Readers' },
  machine_card: { ja: 'カード', en: 'Card' },
  machine_driver: { ja: 'ドライバ', en: 'Driver' },
  machine_network: { ja: '通信', en: 'Network' },
  machine_policies: { ja: '管理者の設定', en: 'Policies' },
} as const satisfies Record<string, Text>;

export type ReportWord = keyof typeof reportWords;
export type Language = keyof Text;

/** Several names in a row. */
export const listed = (names: readonly string[], language: Language): string =>
  names.join(language === 'ja' ? '、' : ', ');

export const reportWord = (key: ReportWord, language: Language): string => reportWords[key][language];
