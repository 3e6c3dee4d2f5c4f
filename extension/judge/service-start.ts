import { startsWithReader } from '../../common/readers/index.ts';
import type { Situation } from './situation.ts';

/** Whether a stopped service comes up with the next reader. */
export function startsByItself({ host, observations }: Situation): boolean {
  const result = observations['pcsc-service']?.result;
  const onWindows = host.state === 'connected' && host.platform === 'win32';
  return result?.outcome === 'observed' && startsWithReader(result.facts, onWindows);
}
