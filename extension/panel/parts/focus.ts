import { useEffect, useRef } from 'preact/hooks';

/**
 * After the person's own press that leads to another screen, the focus goes to its heading: the pressed button is gone,
 * and without this the keyboard begins at the top. Whatever changes by itself moves nothing, and whoever has gone
 * elsewhere meanwhile is not called back.
 *
 * @param screen names what is shown
 */
export function useFocusAfterPress(screen: string): void {
  const pressed = useRef(false);
  useEffect(() => {
    const note = ({ type, target }: Event) => {
      pressed.current = type === 'click' && target instanceof Element && target.closest('button') !== null;
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
    if (!pressed.current || !headline) return;
    headline.tabIndex = -1;
    headline.focus();
  }, [screen]);
}

/** As a `ref` of what takes the place of the button that was pressed. */
export function takeFocus(element: HTMLElement | null): void {
  element?.focus();
}
