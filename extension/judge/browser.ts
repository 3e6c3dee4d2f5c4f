import { sites } from '../../common/sites.ts';
import { type Finding, pass, warn } from './check.ts';
import type { Situation } from './situation.ts';

/** Manual (2): Edge or Chrome. Plain Chromium is the same program without the brand. */
export function judgeBrowser(situation: Situation): Finding {
  const { name, family, siteAccess } = situation.browser;
  if (!siteAccess) return warn('browser.site-access-withheld', { name });
  const pattern = autoSelectPattern(situation);
  if (pattern !== undefined) return warn('browser.auto-select', { name, pattern });
  return family === 'other' ? warn('browser.other', { name }) : pass('browser.ok', { name });
}

/** The pattern of an AutoSelectCertificateForUrls that answers the chooser of (5) in the person's place. */
function autoSelectPattern({ browser: { family }, observations }: Situation): string | undefined {
  const result = observations.policies?.result;
  if (result?.outcome !== 'observed') return undefined;
  const entries = result.facts.policies
    .filter(({ browser, name }) => browser === family && name === 'AutoSelectCertificateForUrls')
    .flatMap(({ values }) => values);
  return entries
    .map(patternOf)
    .find((pattern) => pattern !== undefined && covers(pattern, sites.cardLogin.host));
}

/** An entry is a JSON object in a text: `{"pattern": "https://[*.]example", "filter": {}}`. */
function patternOf(entry: string): string | undefined {
  try {
    const { pattern } = JSON.parse(entry) as { pattern?: unknown };
    return typeof pattern === 'string' ? pattern : undefined;
  } catch {
    return undefined;
  }
}

/** Content settings patterns: `*`, `[*.]domain` for it and all below, or a host; scheme, port and path optional. */
function covers(pattern: string, host: string): boolean {
  const match = /^(?:(?:https|\*):\/\/)?(\[\*\.\])?([^/:]+)(?::(?:443|\*))?(?:\/.*)?$/i.exec(pattern);
  const name = match?.[2]?.toLowerCase();
  if (name === undefined) return false;
  return name === '*' || name === host || (match?.[1] !== undefined && host.endsWith(`.${name}`));
}
