import type { PanelState } from '../messages/panel-messages.ts';

type Judged = Pick<PanelState, 'verdict' | 'foremost'>;

/** Where the browser keeps the extension from the sites, a registration would begin and never go on. */
export const siteAccessWithheld = ({ foremost }: Judged): boolean =>
  foremost?.reason === 'browser.site-access-withheld';

/** Whether a registration can be begun: with a warning too, unless it is that one. */
export function mayStart(judged: Judged): boolean {
  const { verdict } = judged;
  return (verdict === 'ready' || verdict === 'warning') && !siteAccessWithheld(judged);
}
