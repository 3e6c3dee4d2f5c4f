import type { RecognisedPage } from '../journey/events.ts';
import type { DrivenControl } from '../journey/journey.ts';
import type { PageView } from './recognise.ts';
import { hasSigns, stepMap } from './site-map.ts';

/**
 * Whether a page shows that a press on it did something: the step expected next is there, or the signs of the
 * control's own step are gone. Not every change is an effect: news tickers change a page as well, and a spinner that
 * stays leads nowhere. (A navigation is an effect too; the service worker sees it.)
 */
export function showsEffect(control: DrivenControl, { text }: Pick<PageView, 'text'>, page: RecognisedPage) {
  const { signs, expects } = stepMap[control];
  return page.kind === expects.step || !hasSigns(text, signs);
}
