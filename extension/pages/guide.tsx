import { type GuideError, guideErrors, type Step, steps } from '../../common/guide/index.ts';
import { phoneSettingIds, phoneSettings } from '../../common/guide/phone-settings.ts';
import { Button } from '../panel/parts/button.tsx';
import { GuideItems } from '../panel/parts/error-view.tsx';
import { HowToScan, PhoneChecklist } from '../panel/parts/qr-step.tsx';
import { said } from '../panel/parts/said.tsx';
import { inLanguage, word } from '../panel/words.ts';
import { showPage } from './show-page.tsx';

/**
 * The manual's steps, what the phone has to have and the error guide, for the wall beside the PC. Without the QR code,
 * and without anything of a person.
 */
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
          <PrintedStep key={step.id} step={step} />
        ))}
      </ol>
      <p class="after">{word('printNoQr')}</p>
      <section class="printed">
        <h2>{word('printErrors')}</h2>
        {guideErrors.map((error) => (
          <PrintedError key={error.id} error={error} />
        ))}
      </section>
      <section class="printed">
        <h2>{word('printSettings')}</h2>
        <PrintedSettings />
      </section>
    </main>
  );
}

function PrintedStep({ step }: { step: Step }) {
  return (
    <li id={step.id} data-step={step.id}>
      <h2>
        ({step.number}) {said(inLanguage(step.title))}{' '}
        <span class="device">{word(`device_${step.device}`)}</span>
      </h2>
      {step.id === 'scan-qr' ? (
        <>
          <h3>{word('phoneChecklistTitle')}</h3>
          <PhoneChecklist phone={null} />
        </>
      ) : null}
      {step.instructions.map((text) => (
        <p key={text.ja}>{said(inLanguage(text))}</p>
      ))}
      {step.id === 'scan-qr'
        ? (['iphone', 'android'] as const).map((phone) => (
            <div key={phone}>
              <h3>{word(`phone_${phone}`)}</h3>
              <HowToScan phone={phone} />
            </div>
          ))
        : null}
      {step.notes.length > 0 ? (
        <ul class="notes">
          {step.notes.map((text) => (
            <li key={text.ja}>{said(inLanguage(text))}</li>
          ))}
        </ul>
      ) : null}
    </li>
  );
}

function PrintedError({ error: { id, title, symptom, causes, remedies } }: { error: GuideError }) {
  return (
    <article data-error={id}>
      <h3>{said(inLanguage(title))}</h3>
      <p>{said(inLanguage(symptom))}</p>
      {causes.length > 0 ? (
        <>
          <h4>{word('causesTitle')}</h4>
          <GuideItems items={causes} marked />
        </>
      ) : null}
      <h4>{word('remediesTitle')}</h4>
      <GuideItems items={remedies} marked />
    </article>
  );
}

/** Ours: the manual names the settings without showing where they are. */
function PrintedSettings() {
  return (
    <>
      <dl class="ways">
        {phoneSettingIds.map((id) => (
          <div key={id} data-setting={id}>
            <dt>
              <span class="tag">{word(`phone_${phoneSettings[id].phone}`)}</span>
              {said(inLanguage(phoneSettings[id].title))}
            </dt>
            <dd>{phoneSettings[id].way.map(inLanguage).join(' → ')}</dd>
          </div>
        ))}
      </dl>
      <p class="source">{word('ours')}</p>
    </>
  );
}

showPage('printTitle', <Guide />);
