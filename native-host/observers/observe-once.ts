import type { ObservationOf, Subject } from '../../common/protocol/index.ts';
import { observation } from './observation.ts';
import type { Observer, Seen } from './port.ts';

/** Runs an observer once. Never rejects, and never takes longer than its deadline. */
export async function observeOnce<S extends Subject>(observer: Observer<S>): Promise<ObservationOf<S>> {
  const at = new Date();
  const start = performance.now();
  const late = Promise.withResolvers<Seen<S>>();
  const timer = setTimeout(
    () => late.resolve({ outcome: 'unknown', reason: 'timeout' }),
    observer.deadlineMs,
  );
  const { how = observer.how, ...seen } = await Promise.race([attempt(observer), late.promise]);
  clearTimeout(timer);
  return observation(observer.subject, how, seen as Seen<S>, at, performance.now() - start);
}

async function attempt<S extends Subject>(observer: Observer<S>): Promise<Seen<S>> {
  try {
    return await observer.observe();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException | undefined)?.code;
    if (code === 'ETIMEDOUT') return { outcome: 'unknown', reason: 'timeout' };
    if (code === 'EACCES' || code === 'EPERM') return { outcome: 'unknown', reason: 'no-permission' };
    return { outcome: 'unknown', reason: 'failed', detail: String(error).slice(0, 500) };
  }
}
