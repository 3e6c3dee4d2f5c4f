import type { Text } from './types.ts';

/** Manual (2), word for word. */
export const noReaderYet = {
  ja: 'カードリーダー等未購入の場合はベンダー様による電子処方箋システムの導入までお待ちください。',
  en: 'If you have not bought a card reader yet, please wait until your vendor installs the electronic prescription system.',
} as const satisfies Text;
