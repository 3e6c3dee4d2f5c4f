import type { Situation } from './situation.ts';

/** Whether a stopped service comes up with the next reader. */
export function startsByItself({ host, observations }: Situation): boolean {
  const result = observations['pcsc-service']?.result;
  if (result?.outcome !== 'observed' || result.facts.state !== 'stopped') return false;
  return (host.state === 'connected' && host.platform === 'win32') || result.facts.startType === 'trigger';
}
