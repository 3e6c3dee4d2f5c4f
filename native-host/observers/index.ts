import type { Subject } from '../../common/protocol/index.ts';
import type { Surroundings } from '../session.ts';
import { type BrowserSessionOptions, browserSessionObserver } from './browser-session.ts';
import { cardDriverObserver } from './card-driver.ts';
import { pcscdStartType } from './pcscd-start-type.ts';
import type { Observer } from './port.ts';

export { observeOnce } from './observe-once.ts';

/** Everything that is looked at beside the desk. */
export function surroundings(browser: BrowserSessionOptions = {}): Surroundings {
  const observers = [cardDriverObserver(), browserSessionObserver(browser)];
  return { observers: observers as unknown as Observer<Subject>[], startType: () => pcscdStartType() };
}
