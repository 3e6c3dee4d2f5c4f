import type { Text } from '../../common/guide/index.ts';

/** The phone's own time is over: unlike an expired QR code, this one was read. On the PC and on the phone. */
export const timeOver = {
  title: { ja: '時間切れになりました', en: 'Time is over' },
  symptom: {
    ja: 'QRコードは読み取れましたが、時間内に登録が終わりませんでした。',
    en: 'The QR code was scanned, but the registration was not finished in time.',
  },
} as const satisfies Record<string, Text>;
