import type { Phone } from '../../../common/guide/index.ts';
import type { Send } from '../background-port.ts';
import { word } from '../words.ts';

/** Asked once, used everywhere after. */
export function PhoneChoice({ phone, send }: { phone: Phone | null; send: Send }) {
  return <PhoneQuestion phone={phone} onChoose={(chosen) => send({ type: 'choose-phone', phone: chosen })} />;
}

export function PhoneQuestion({ phone, onChoose }: { phone: Phone | null; onChoose(phone: Phone): void }) {
  return (
    <fieldset class="choice">
      <legend>{word('whichPhone')}</legend>
      {(['iphone', 'android'] as const).map((kind) => (
        <label key={kind} class="option">
          <input
            type="radio"
            name="phone"
            value={kind}
            checked={phone === kind}
            onChange={() => onChoose(kind)}
          />
          {word(`phone_${kind}`)}
        </label>
      ))}
    </fieldset>
  );
}
