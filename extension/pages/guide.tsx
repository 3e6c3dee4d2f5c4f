import { steps } from '../../common/guide/index.ts';
import { Button } from '../panel/parts/button.tsx';
import { inLanguage, word } from '../panel/words.ts';
import { showPage } from './show-page.tsx';

/** The manual's steps for the wall beside the PC. Without the QR code, and without anything of a person. */
function Guide() {
  return (
    <main class="app wide print" data-page="guide">
      <p class="product">{word('name')}</p>
      <h1 id="headline">{word('printTitle')}</h1>
      <div class="screen-only">
        <Button action="print" kind="main" onPress={() => print()}>
          {word('printButton')}
        </Button>
      </div>
      <ol class="steps">
        {steps.map((step) => (
          <li key={step.id} id={step.id} data-step={step.id}>
            <h2>
              ({step.number}) {inLanguage(step.title)}{' '}
              <span class="device">{word(`device_${step.device}`)}</span>
            </h2>
            {step.instructions.map((text) => (
              <p key={text.ja}>{inLanguage(text)}</p>
            ))}
            {step.notes.length > 0 ? (
              <ul class="notes">
                {step.notes.map((text) => (
                  <li key={text.ja}>{inLanguage(text)}</li>
                ))}
              </ul>
            ) : null}
          </li>
        ))}
      </ol>
      <p class="after">{word('printNoQr')}</p>
    </main>
  );
}

showPage('printTitle', <Guide />);
