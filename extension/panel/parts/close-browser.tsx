import { useState } from 'preact/hooks';
import type { Send } from '../background-port.ts';
import { word } from '../words.ts';
import { Button } from './button.tsx';
import { takeFocus } from './focus.ts';

/** Closes every window of the browser, after saying so: there may be work in the others. */
export function CloseBrowser({ send, main }: { send: Send; main: boolean }) {
  const [asking, setAsking] = useState<boolean | null>(null);
  if (!asking) {
    return (
      <Button
        action="close-browser"
        kind={main ? 'main' : 'other'}
        takesFocus={asking === false}
        onPress={() => setAsking(true)}
      >
        {word('closeBrowser')}
      </Button>
    );
  }
  return (
    <fieldset class="confirm" tabIndex={-1} ref={takeFocus}>
      <legend class="sr">{word('closeBrowser')}</legend>
      <p>{word('closeBrowserAsk')}</p>
      <Button action="close-browser-yes" kind="main" onPress={() => send({ type: 'close-browser' })}>
        {word('closeBrowserYes')}
      </Button>
      <Button action="close-browser-no" onPress={() => setAsking(false)}>
        {word('closeBrowserNo')}
      </Button>
    </fieldset>
  );
}
