import { word } from '../words.ts';
import { Button } from './button.tsx';
import { CloseBrowser } from './close-browser.tsx';
import { Instructions, Notes, type StepProps } from './step-view.tsx';

/** Manual (13). */
export function FinishStep({ step, state, send }: StepProps) {
  return (
    <section>
      {state.journey.completion === 'person' ? (
        <p class="notice warn" data-completion="person">
          {word('pcNotSeenComplete')}
        </p>
      ) : (
        <p class="complete">{word('pcSaidComplete')}</p>
      )}
      <Instructions step={step} />
      <p class="after">{word('closeBrowserWhy')}</p>
      {state.cardInReader ? <p class="notice warn">{word('cardStillThere')}</p> : null}
      <CloseBrowser send={send} main />
      <p class="after">{word('nextPersonHint')}</p>
      <Button action="next-person" onPress={() => send({ type: 'next-person' })}>
        {word('nextPerson')}
      </Button>
      <Notes step={step} />
    </section>
  );
}
