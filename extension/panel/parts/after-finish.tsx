import type { PanelState } from '../../messages/panel-messages.ts';
import type { Send } from '../background-port.ts';
import { word } from '../words.ts';
import { Button } from './button.tsx';
import { CloseBrowser } from './close-browser.tsx';
import { Icon } from './icon.tsx';
import { said } from './said.tsx';

/** Manual (13), after the browser was opened again: is it another one? Then what is left to do. */
export function AfterFinish({ state: { afterFinish }, send }: { state: PanelState; send: Send }) {
  if (!afterFinish) return null;
  return (
    <section class={`verdict ${afterFinish === 'new' ? 'ready' : 'warning'}`} data-after-finish={afterFinish}>
      <Icon name={afterFinish === 'new' ? 'pass' : 'warn'} large />
      <h1 id="headline">{word('afterFinishTitle')}</h1>
      <p class="next">{word(`afterFinish_${afterFinish}`)}</p>
      {afterFinish === 'same' ? <CloseBrowser send={send} main /> : null}
      <Button
        action="check-status"
        kind={afterFinish === 'same' ? 'other' : 'main'}
        onPress={() => send({ type: 'check-status' })}
      >
        {word('checkStatus')}
      </Button>
      <p class="after">{said(word('checkStatusHint'))}</p>
      <Button action="next-person" onPress={() => send({ type: 'next-person' })}>
        {word('nextPerson')}
      </Button>
    </section>
  );
}
