import { useEffect } from 'preact/hooks';

/** The User Timing mark of the moment from which a page can be used: what the bench measures by. */
export const shownMark = 'shown';

/** Marks the moment after the browser has drawn what is `shown`, once. */
export function useShownMark(shown: boolean): void {
  useEffect(() => {
    if (shown) performance.mark(shownMark);
  }, [shown]);
}
