import { useEffect, useRef } from 'preact/hooks';

/** Milliseconds in which a press shows its effect; what changes later has come by itself. */
const effectWithin = 10_000;

/**
 * After the person's own press that leads to another screen, the focus goes to its heading: the pressed button is gone,
 * and without this the keyboard begins at the top. Whatever changes by itself moves nothing, and whoever has gone
 * elsewhere meanwhile is not called back.
 *
 * @param screen names what is shown
 */
export function useFocusAfterPress(screen: string): void {
  const pressedAt = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const note = ({ type, target }: Event) => {
      const pressed = type === 'click' && target instanceof Element && target.closest('button') !== null;
      pressedAt.current = pressed ? performance.now() : Number.NEGATIVE_INFINITY;
    };
    document.addEventListener('click', note, true);
    document.addEventListener('focusin', note);
    return () => {
      document.removeEventListener('click', note, true);
      document.removeEventListener('focusin', note);
    };
  }, []);
  useEffect(() => {
    const headline = document.getElementById('headline');
    if (performance.now() - pressedAt.current > effectWithin || !headline) return;
    headline.tabIndex = -1;
    headline.focus();
  }, [screen]);
}

/** As a `ref` of what takes the place of the button that was pressed. */
export function takeFocus(element: HTMLElement | null): void {
  element?.focus();
}
