import type { Reader } from '../../common/protocol/index.ts';
import { virtualReaderKind } from '../../common/readers/index.ts';
import type { Situation } from './situation.ts';

/** Readers on the desk; Windows Hello and the like take no card. */
export function physicalReaders({ observations }: Situation): Reader[] {
  const result = observations.readers?.result;
  if (result?.outcome !== 'observed') return [];
  return result.facts.readers.filter(({ name }) => !virtualReaderKind(name));
}
