import type { Situation } from './situation.ts';

/** Beyond this a server may refuse certificates and codes. */
export const clockToleranceMinutes = 5;

/** This PC's clock minus the registration site's, milliseconds: as the browser saw it, else as the host did. */
export function clockSkewMs({ site, observations }: Situation): number | undefined {
  if (site.state === 'answered' && site.skewMs !== undefined) return site.skewMs;
  const seen = observations['site-certificate']?.result;
  return seen?.outcome === 'observed' ? seen.facts.skewMs : undefined;
}

/** How far off the clock is, where that is too much. */
export function clockError(situation: Situation): { minutes: number; direction: string } | undefined {
  const minutes = Math.round((clockSkewMs(situation) ?? 0) / 60_000);
  if (Math.abs(minutes) <= clockToleranceMinutes) return undefined;
  return { minutes: Math.abs(minutes), direction: minutes > 0 ? 'ahead' : 'behind' };
}

/** `2026-11-23 13:00`, in Japan. */
export function japaneseTime(time: number): string {
  return new Date(time + 9 * 60 * 60 * 1000).toISOString().slice(0, 16).replace('T', ' ');
}
