import { type PhoneSettingId, phoneSettings } from '../../../common/guide/phone-settings.ts';
import { inLanguage, word } from '../words.ts';
import { said } from './said.tsx';

/** The way to one setting of the phone, with a drawing of the screen where it ends. Ours, not the manual's. */
export function SettingDrawing({ id }: { id: PhoneSettingId }) {
  const { title, way } = phoneSettings[id];
  return (
    <figure class="setting" data-setting={id}>
      <Screen id={id} />
      <figcaption>
        <p class="setting-title">{said(inLanguage(title))}</p>
        <ol class="way">
          {way.map((text) => (
            <li key={text.ja}>{said(inLanguage(text))}</li>
          ))}
        </ol>
        <p class="source">{word('ours')}</p>
      </figcaption>
    </figure>
  );
}

const rowHeight = 40;
const top = 62;

function Screen({ id }: { id: PhoneSettingId }) {
  const { screen } = phoneSettings[id];
  const height = top + screen.rows.length * (rowHeight + 8) + 18;
  return (
    <svg class="phone" viewBox={`0 0 220 ${height}`} width="220" height={height} aria-hidden="true">
      <rect class="body" x="2" y="2" width="216" height={height + 30} rx="22" />
      <rect class="speaker" x="88" y="11" width="44" height="5" rx="2.5" />
      <text class="heading" x="110" y="44" text-anchor="middle">
        {inLanguage(screen.heading)}
      </text>
      {screen.rows.map(({ label, target }, index) => {
        const y = top + index * (rowHeight + 8);
        return (
          <g key={label.ja}>
            <rect class={target ? 'row target' : 'row'} x="12" y={y} width="196" height={rowHeight} rx="9" />
            <text class="label" x="22" y={y + 25}>
              {inLanguage(label)}
            </text>
            {target === 'switch-on' ? <Switch y={y} /> : null}
            {target === 'tap' ? <path class="finger" d={`M196 ${y + 14}l6 6l-6 6`} /> : null}
          </g>
        );
      })}
    </svg>
  );
}

function Switch({ y }: { y: number }) {
  return (
    <g>
      <rect class="switch" x="168" y={y + 10} width="34" height="20" rx="10" />
      <circle class="knob" cx="192" cy={y + 20} r="8" />
    </g>
  );
}
