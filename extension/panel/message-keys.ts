import type messages from '../public/_locales/ja/messages.json';

/** Keys of `_locales`; that both languages have all of them is tested. */
export type MessageKey = keyof typeof messages;
