import type { Phone } from '../../../common/guide/index.ts';
import type { Send } from '../background-port.ts';
import { word } from '../words.ts';

/** Asked once, used everywhere after. */
export function PhoneChoice({ phone, send }: { phone: Phone | null; send: Send }) {
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
            onChange={() => send({ type: 'choose-phone', phone: kind })}
          />
          {word(`phone_${kind}`)}
        </label>
      ))}
    </fieldset>
  );
}
