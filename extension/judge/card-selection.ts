import type { CardFacts, Reader } from '../../common/protocol/index.ts';
import { type Finding, fail, pass, unknown } from './check.ts';
import { physicalReaders } from './physical-readers.ts';
import type { Situation } from './situation.ts';

/** A card in a reader, and what was read from this very insertion, if anything yet. */
export interface CardInReader {
  reader: Reader;
  facts: CardFacts | undefined;
}

export function cardsInReaders(situation: Situation): CardInReader[] {
  return physicalReaders(situation)
    .filter(({ state }) => state === 'present' || state === 'mute' || state === 'exclusive')
    .map((reader) => ({ reader, facts: factsOf(situation, reader) }));
}

/** Facts of an earlier insertion are facts of another card. */
function factsOf({ observations }: Situation, reader: Reader): CardFacts | undefined {
  return observations.cards.find(
    (card) => card.reader === reader.name && card.insertion === reader.insertion,
  );
}

export function isHpkiCard({ facts }: CardInReader): boolean {
  return facts?.applications.some(isOpenAuthentication) ?? false;
}

const isOpenAuthentication = ({ name, statusWord }: CardFacts['applications'][number]) =>
  name === 'hpki-authentication' && statusWord === '9000';

/**
 * The card that is meant: the only one, or the only HPKI card among several. A pharmacy's second reader often holds
 * a patient's My Number card.
 */
export function selectedCard(situation: Situation): CardInReader | undefined {
  const cards = cardsInReaders(situation);
  if (cards.length <= 1) return cards[0];
  const hpki = cards.filter(isHpkiCard);
  if (hpki.length === 1) return hpki[0];
  return hpki.length === 0 ? cards[0] : undefined;
}

export function judgeCardPresent(situation: Situation): Finding {
  const cards = cardsInReaders(situation);
  const readers = situation.observations.readers?.result;
  if (readers?.outcome !== 'observed') {
    return unknown('card-present.unknown', { why: readers?.reason ?? 'not-found' });
  }
  if (cards.length === 0) return fail('card-present.none');
  if (cards.length === 1) return pass('card-present.ok', { count: 1 });
  const unread = cards.some(({ reader, facts }) => reader.state === 'present' && !facts);
  if (unread && !situation.quiet) return unknown('card-present.checking', { count: cards.length });
  const hpki = cards.filter(isHpkiCard);
  if (hpki.length > 1) return fail('card-present.several', { count: hpki.length });
  return pass('card-present.ok', { count: cards.length });
}
