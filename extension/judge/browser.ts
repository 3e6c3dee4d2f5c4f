import { type Finding, pass, warn } from './check.ts';
import type { Situation } from './situation.ts';

/** Manual (2): Edge or Chrome. Plain Chromium is the same program without the brand. */
export function judgeBrowser({ browser: { name, family, siteAccess } }: Situation): Finding {
  if (!siteAccess) return warn('browser.site-access-withheld', { name });
  return family === 'other' ? warn('browser.other', { name }) : pass('browser.ok', { name });
}
