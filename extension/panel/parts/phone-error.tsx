import type { ComponentChildren } from 'preact';
import { type GuideItem, guideErrorById, type Phone } from '../../../common/guide/index.ts';
import {
  clearCacheRemedy,
  clearCacheSettings,
  type PhoneCauseId,
  type PhoneSettingId,
  phoneCauseIds,
  phoneCauses,
  phoneSettings,
} from '../../../common/guide/phone-settings.ts';
import { inLanguage, word } from '../words.ts';
import { Fold } from './prepare-view.tsx';
import { said } from './said.tsx';
import { SettingDrawing } from './setting-drawing.tsx';

const guide2 = guideErrorById('invalid-registration');

/**
 * Error guide 2: all six causes of the manual, each with its remedy and where the phone has the setting. The one the
 * platform reported comes first and open; where none was reported, all are closed, the usual ones first.
 */
export function PhoneCauses({ reported, phone }: { reported: string | undefined; phone: Phone | null }) {
  const known = causeNamed(reported);
  const ids = phoneCauseIds.filter((id) => id !== known && fits(phoneCauses[id].phone, phone));
  return (
    <>
      {known ? <Cause id={known} phone={phone} reported /> : null}
      <h2>{word(known ? 'otherCausesTitle' : 'causesTitle')}</h2>
      {ids.map((id) => (
        <Cause key={id} id={id} phone={phone} />
      ))}
      <Fold title={word('clearCacheTitle')} name="phone-cause-cache">
        <Remedy ja={clearCacheRemedy} phone={phone} />
        <Settings ids={clearCacheSettings} phone={phone} />
      </Fold>
    </>
  );
}

/** The one cause that the platform has from the phone, as the first thing that is said. Null where it has none. */
export function reportedCause(reported: string, phone: Phone | null): ComponentChildren {
  const known = causeNamed(reported);
  if (!known) return null;
  const { cause, remedies } = phoneCauses[known];
  return (
    <div class="cause" data-cause={known} data-certainty="likely">
      <p class="cause-label">{word('reportedByPhone')}</p>
      <p class="cause-sentence">{said(textOf(guide2.causes, cause))}</p>
      {remedies.map((ja) => (
        <Remedy key={ja} ja={ja} phone={phone} />
      ))}
    </div>
  );
}

const causeNamed = (reported: string | undefined) => phoneCauseIds.find((id) => id === reported);

/** Security Key Error, manual (10): nothing enrolled. */
export function EnrolSettings({ phone }: { phone: Phone | null }) {
  return <Settings ids={phoneCauses['not-enrolled'].settings} phone={phone} />;
}

function Cause({
  id,
  phone,
  reported = false,
}: {
  id: PhoneCauseId;
  phone: Phone | null;
  reported?: boolean;
}) {
  const { cause, remedies, settings } = phoneCauses[id];
  return (
    <Fold title={textOf(guide2.causes, cause)} open={reported} name={`phone-cause-${id}`}>
      {remedies.map((ja) => (
        <Remedy key={ja} ja={ja} phone={phone} />
      ))}
      <Settings ids={settings} phone={phone} />
    </Fold>
  );
}

function Remedy({ ja, phone }: { ja: string; phone: Phone | null }) {
  const remedy = guide2.remedies.find(({ text }) => text.ja === ja);
  if (!remedy || !fits(remedy.phone, phone)) return null;
  return <p class="remedy">{said(inLanguage(remedy.text))}</p>;
}

function Settings({ ids, phone }: { ids: readonly PhoneSettingId[]; phone: Phone | null }) {
  const shown = ids.filter((id) => fits(phoneSettings[id].phone, phone));
  return (
    <>
      {shown.map((id) => (
        <SettingDrawing key={id} id={id} />
      ))}
    </>
  );
}

function textOf(items: readonly GuideItem[], ja: string): string {
  const item = items.find(({ text }) => text.ja === ja);
  return item ? inLanguage(item.text) : ja;
}

const fits = (of: Phone | undefined, phone: Phone | null) => !of || !phone || of === phone;
