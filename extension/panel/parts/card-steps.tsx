import { stepById } from '../../../common/guide/index.ts';
import { inLanguage, word } from '../words.ts';
import { Button } from './button.tsx';
import { said } from './said.tsx';
import { Instructions, Notes, type StepProps } from './step-view.tsx';

/** Manual (5): the certificate, as the browser's dialog shows it. */
export function CertificateStep({ step, state, send }: StepProps) {
  return (
    <section>
      <Instructions step={step} />
      <Certificate state={state} />
      <Notes step={step} />
      <p class="after">
        <strong>{word('thenPin')}</strong> {said(inLanguage(firstInstruction('enter-pin')))}
      </p>
      <TriesLeft state={state} />
      <Button
        action="certificate-chosen"
        kind="main"
        onPress={() => send({ type: 'person-at', step: 'enter-pin' })}
      >
        {word('certificateChosen')}
      </Button>
    </section>
  );
}

/** Manual (6). The PIN is typed into the browser's or the driver's dialog, never here. */
export function PinStep({ step, state, send }: StepProps) {
  return (
    <section>
      <Instructions step={step} />
      <TriesLeft state={state} />
      <Notes step={step} />
      <p class="after">{word('pinNotHere')}</p>
      <Button action="qr-appeared" onPress={() => send({ type: 'person-at', step: 'scan-qr' })}>
        {word('qrAppeared')}
      </Button>
      <Button
        action="back-to-certificate"
        kind="quiet"
        onPress={() => send({ type: 'person-at', step: 'choose-certificate' })}
      >
        {word('backToCertificate')}
      </Button>
    </section>
  );
}

function Certificate({ state: { certificate } }: Pick<StepProps, 'state'>) {
  if (!certificate) return <p class="notice">{word('certificateUnknown')}</p>;
  return (
    <table class="certificate" aria-label={word('certificateTitle')}>
      <tbody>
        <tr>
          <th scope="row">{word('certificateSubject')}</th>
          <td data-field="subject">{certificate.subject}</td>
        </tr>
        <tr>
          <th scope="row">{word('certificateIssuer')}</th>
          <td data-field="issuer">{certificate.issuer}</td>
        </tr>
        <tr>
          <th scope="row">{word('certificateSerial')}</th>
          <td data-field="serial">{certificate.serialNumber}</td>
        </tr>
      </tbody>
    </table>
  );
}

function TriesLeft({ state: { triesLeft } }: Pick<StepProps, 'state'>) {
  if (triesLeft === null) return <p class="tries">{word('triesUnknown')}</p>;
  const few = triesLeft <= 3;
  return (
    <p class={few ? 'tries few' : 'tries'} data-tries={triesLeft}>
      {word(triesLeft === 1 ? 'triesOne' : 'tries', triesLeft)}
    </p>
  );
}

const firstInstruction = (id: 'enter-pin') => stepById(id).instructions[0] ?? stepById(id).title;
