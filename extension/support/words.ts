import type { Text } from '../../common/guide/index.ts';

/** Words of the support page. It also opens from disk, so `_locales` is not at hand. */
export const supportWords = {
  title: { ja: 'HPKI登録ナビ サポート', en: 'HPKI Navi support' },
  intro: {
    ja: 'サポートコードを入力するか、レポートのファイルをここに置くか、メールの文章を貼り付けてください。この画面は何も送信しません。',
    en: 'Type the support code, drop the report file here, or paste the text of the e-mail. This page sends nothing.',
  },
  code: { ja: 'サポートコード（12文字）', en: 'Support code (12 signs)' },
  paste: { ja: 'レポートの文章', en: 'Text of the report' },
  file: { ja: 'ファイルを選ぶ（.json、.txt）', en: 'Choose a file (.json, .txt)' },
  drop: {
    ja: 'ここにファイルを置くこともできます。',
    en: 'You can also drop the file anywhere on this page.',
  },
  clear: { ja: '最初から', en: 'Start over' },
  verdict: { ja: '原因', en: 'Cause' },
  tell: { ja: '電話の方へのことば', en: 'What to tell the caller' },
  evidence: { ja: 'そう言える理由', en: 'Evidence' },
  ask: { ja: '次に聞くこと', en: 'What to ask next' },
  further: { ja: 'ほかに見つかったこと', en: 'Also found' },
  environment: { ja: '環境', en: 'Environment' },
  manual: { ja: '手引きの場所', en: 'Place in the manual' },
  measured: { ja: '調べ方', en: 'How it is measured' },
  checksRemoved: {
    ja: '本人が「確認したこと」を除いたため、項目ごとの結果はわかりません。',
    en: 'The person left the checks out: what each of them found is not known.',
  },
  noNext: { ja: '本人にしていただくことはありません。', en: 'There is nothing for the caller to do.' },
  compare: { ja: '2つのレポートの違い', en: 'What changed between the two reports' },
  addSecond: {
    ja: '比べるレポートがあれば、続けて読み込んでください（新しいほうが「後」になります）。',
    en: 'To compare, load a second report (the newer one becomes "after").',
  },
  before: { ja: '前', en: 'before' },
  after: { ja: '後', en: 'after' },
  otherPc: {
    ja: '別のPC（または同じPCの別のユーザー）で作られたレポートです。記号は比べられません。',
    en: 'The reports come from different PCs, or different users of one: their tokens can not be compared.',
  },
  perhaps: {
    ja: '同じPCのレポートかどうかは、わかりません（一方は確認プログラムなしで作られました）。記号は比べられません。',
    en: 'Whether the reports come from one PC is not known (one was made without the helper program): their tokens can not be compared.',
  },
  nothingChanged: { ja: '違いはありません。', en: 'Nothing changed.' },
  rulesDiffer: {
    ja: 'いまの規則で判定し直すと、結果が変わりました。',
    en: "Judged again by this page's rules, the result is another one.",
  },
  catalogue: { ja: 'エラーと確認項目の一覧', en: 'Catalogue of errors and checks' },
  notKnown: {
    ja: 'この原因は、この画面の版では知られていません。新しいサポート画面をお使いください。',
    en: 'This page does not know this cause. Please use a newer support page.',
  },
  newer: {
    ja: 'もっと新しい版で作られたものです。新しいサポート画面をお使いください。',
    en: 'Made by a newer release. Please use a newer support page.',
  },
  'refused_too-large': { ja: '大きすぎるため読み込みません。', en: 'Too large to be a report.' },
  'refused_not-a-report': { ja: 'レポートではありません。', en: 'This is not a report.' },
  'refused_cut-short': {
    ja: '途中で切れています。全体を貼り付けるか、ファイルで送ってもらってください。',
    en: 'It is cut short. Paste all of it, or ask for the file.',
  },
  refused_malformed: {
    ja: 'レポートの形になっていません（書き換えられた可能性があります）。',
    en: 'It does not have the form of a report; it may have been changed.',
  },
  code_length: { ja: '12文字で入力してください。', en: 'A code has twelve signs.' },
  code_sign: {
    ja: '使われない文字があります（0・1・O・I・D・E などは使いません）。',
    en: 'There is a sign no code has (0, 1, O, I, D, E are not used).',
  },
  code_check: {
    ja: '聞き間違いか書き間違いがあります。もう一度聞いてください。',
    en: 'A sign is wrong or two are exchanged. Please ask again.',
  },
  language: { ja: 'English', en: '日本語' },
  codeOnly: {
    ja: 'コードだけではここまでです。詳しくは診断レポートを送ってもらってください。',
    en: 'This is all a code carries. Ask for the report for more.',
  },
} as const satisfies Record<string, Text>;

export type SupportWord = keyof typeof supportWords;
