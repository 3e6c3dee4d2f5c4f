import type { Observation } from '../../common/protocol/index.ts';
import type { Observations } from '../judge/index.ts';

export const noObservations: Observations = { cards: [] };

/** The latest of each subject, and the latest card of each reader. */
export function withObservation(observations: Observations, observation: Observation): Observations {
  switch (observation.subject) {
    case 'card': {
      const { result } = observation;
      if (result.outcome === 'unknown') return { ...observations, cardUnknown: result.reason };
      const others = observations.cards.filter(({ reader }) => reader !== result.facts.reader);
      return withoutCardUnknown({ ...observations, cards: [...others, result.facts] });
    }
    case 'readers':
      return withoutCardUnknown({ ...observations, readers: observation });
    default:
      return { ...observations, [observation.subject]: observation };
  }
}

function withoutCardUnknown({ cardUnknown: _, ...rest }: Observations): Observations {
  return rest;
}
