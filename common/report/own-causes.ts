import type { Text } from '../guide/types.ts';

/** What a report can say where neither a check nor the guide has a word for it. */
export const ownCauses = {
  'extension.not-found': {
    about: { ja: '拡張機能', en: 'Extension' },
    sentence: {
      ja: 'このPCのブラウザに、HPKI登録ナビの拡張機能が見つかりません。',
      en: 'The HPKI Navi extension was not found in any browser of this PC.',
    },
    next: {
      ja: 'Edge または Chrome の拡張機能の画面で「HPKI登録ナビ」を追加し、有効にしてください。',
      en: 'Add "HPKI Navi" on the extensions page of Edge or Chrome and turn it on.',
    },
  },
  'drift.pages': {
    about: { ja: '登録サイトの画面', en: "The site's pages" },
    sentence: {
      ja: '登録サイトの画面が、手引きの画面と一致しません（サイトが変更された可能性があります）。',
      en: "The site's pages do not match the manual's: the site may have changed.",
    },
    next: {
      ja: '案内に頼らず、手引きを見ながら画面の文を確かめて進めてください。このレポートを開発元へ回してください。',
      en: 'Go on by the manual, reading what the page says. Please hand this report to the developers.',
    },
  },
  'phone.under-way': {
    about: { ja: 'スマートフォンの操作', en: 'On the phone' },
    sentence: {
      ja: 'スマートフォンでの操作の途中です。PCの側に問題は見つかりません。',
      en: 'The registration goes on on the phone. Nothing is wrong on the PC.',
    },
    next: {
      ja: 'スマートフォンの画面に出ている文を確かめてください。',
      en: 'Look at what the phone shows.',
    },
  },
  'none.finished': {
    about: { ja: '登録', en: 'Registration' },
    sentence: { ja: '登録は完了しています。', en: 'The registration is complete.' },
    next: {
      ja: 'ブラウザのウィンドウをすべて閉じて終了してください。',
      en: 'Close all browser windows.',
    },
  },
  'none.ready': {
    about: { ja: '全体', en: 'Everything' },
    sentence: {
      ja: '問題は見つかりません。登録を始められます。',
      en: 'Nothing is wrong. Registration can begin.',
    },
    next: {
      ja: '「登録を始める」を押してください。うまくいかないときは、記録を開始してもう一度操作してください。',
      en: 'Press "Start registration". If it fails, start a recording and do it again.',
    },
  },
  'none.looking': {
    about: { ja: '全体', en: 'Everything' },
    sentence: {
      ja: '確認の途中でした。まだ原因はわかりません。',
      en: 'The checks were still under way: no cause is known yet.',
    },
    next: {
      ja: '確認が終わるのを待って、もう一度レポートを作ってください。',
      en: 'Wait until the checks have ended and make the report again.',
    },
  },
} as const satisfies Record<string, { about: Text; sentence: Text; next: Text }>;

export type OwnCauseId = keyof typeof ownCauses;
export const ownCauseIds = Object.keys(ownCauses) as OwnCauseId[];
