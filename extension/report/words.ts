import type { Text } from '../../common/guide/index.ts';
import { language } from '../panel/words.ts';

/** Words of the preview; those in the report itself are common/report's. */
const words = {
  title: { ja: '診断レポート', en: 'Diagnostic report' },
  intro: {
    ja: '内容を確かめてから、コピー・保存・印刷してください。自動で送信されることはありません。',
    en: 'Look through it, then copy, save or print it. Nothing is sent by itself.',
  },
  making: { ja: 'レポートを作っています…', en: 'Making the report…' },
  readCode: { ja: '電話では、このコードをお伝えください', en: 'On the phone, read out this code' },
  include: { ja: 'レポートに含める', en: 'Include in the report' },
  look: { ja: '内容', en: 'Contents' },
  left: { ja: 'この項目は除かれます。', en: 'This part will be left out.' },
  copy: { ja: '文章としてコピー', en: 'Copy as text' },
  copied: {
    ja: 'コピーしました。メールに貼り付けられます。',
    en: 'Copied. You can paste it into an e-mail.',
  },
  notCopied: {
    ja: 'コピーできませんでした。保存をお使いください。',
    en: 'Copying failed. Please save it instead.',
  },
  save: { ja: 'ファイルに保存（.json）', en: 'Save as a file (.json)' },
  print: { ja: '印刷', en: 'Print' },
  again: { ja: 'もう一度作る', en: 'Make it again' },
  recordTitle: { ja: '起きたことを記録する', en: 'Record what happens' },
  recordHint: {
    ja: '「記録開始」を押してから同じ操作をもう一度行い、「記録終了」を押すと、その間のできごとがレポートに印つきで残ります。',
    en: 'Press "Start recording", do the same again, press "Stop recording": what happened in between is marked in the report.',
  },
  recordBegin: { ja: '記録開始', en: 'Start recording' },
  recordEnd: { ja: '記録終了', en: 'Stop recording' },
  recording: { ja: '記録しています（{time} から）', en: 'Recording since {time}' },
  inCatalogue: { ja: '一覧でこの原因を見る', en: 'This cause in the catalogue' },
  openSupport: { ja: 'サポート用の画面を開く', en: 'Open the support page' },
} as const satisfies Record<string, Text>;

export function previewWord(key: keyof typeof words, values: Readonly<Record<string, string>> = {}): string {
  return words[key][language()].replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
}
