import { useState } from 'preact/hooks';
import type { Send } from '../background-port.ts';
import { word } from '../words.ts';
import { Button } from './button.tsx';

/** Closes every window of the browser, after saying so: there may be work in the others. */
export function CloseBrowser({ send, main }: { send: Send; main: boolean }) {
  const [asking, setAsking] = useState(false);
  if (!asking) {
    return (
      <Button action="close-browser" kind={main ? 'main' : 'other'} onPress={() => setAsking(true)}>
        {word('closeBrowser')}
      </Button>
    );
  }
  return (
    <fieldset class="confirm">
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
