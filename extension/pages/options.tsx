import { useEffect, useState } from 'preact/hooks';
import { loadManaged, loadSettings, saveSettings } from '../background/settings.ts';
import type { ManagedKey, Settings } from '../background/settings-schema.ts';
import { PhoneQuestion } from '../panel/parts/phone-choice.tsx';
import { word } from '../panel/words.ts';
import { browser } from '../platform/browser.ts';
import { showPage } from './show-page.tsx';

/** What a person may decide. What the administrator has decided is shown and can't be changed. */
function Options() {
  const [settings, setSettings] = useState<Settings | null>(null);
  const [managed, setManaged] = useState<Partial<Record<ManagedKey, unknown>>>({});
  useEffect(() => {
    const load = () => {
      void loadSettings().then(setSettings);
      void loadManaged().then(setManaged);
    };
    load();
    // An administrator's decision comes to the browser at any time, on a new PC a few seconds after the extension.
    browser.storage.onChanged.addListener(load);
    return () => browser.storage.onChanged.removeListener(load);
  }, []);
  const [kept, setKept] = useState(0);
  if (!settings) return null;
  const change = (changes: Partial<Settings>) =>
    void saveSettings(changes).then(() => setKept((count) => count + 1));
  const fixed = (key: ManagedKey) => key in managed;
  return (
    <main class="app wide" data-page="options">
      <p class="product">{word('name')}</p>
      <h1 id="headline">{word('optionsTitle')}</h1>
      <PhoneQuestion phone={settings.phone} onChoose={(phone) => change({ phone })} />
      <fieldset class="choice" disabled={fixed('start')}>
        <legend>{word('optionStart')}</legend>
        {(['association', 'portal'] as const).map((start) => (
          <label key={start} class="option wrap">
            <input
              type="radio"
              name="start"
              value={start}
              checked={settings.start === start}
              onChange={() => change({ start })}
            />
            {word(start === 'portal' ? 'optionStart_portal' : 'optionStart_association')}
          </label>
        ))}
        {fixed('start') ? <p class="after">{word('optionManaged')}</p> : null}
      </fieldset>
      <label class="option wrap">
        <input
          type="checkbox"
          name="auto-open"
          checked={settings.autoOpen}
          disabled={fixed('autoOpen')}
          onChange={({ currentTarget }) => change({ autoOpen: currentTarget.checked })}
        />
        {word('optionAutoOpen')}
      </label>
      {fixed('autoOpen') ? <p class="after">{word('optionManaged')}</p> : null}
      {settings.supportContact ? (
        <p class="notice">
          {word('supportContact')} <strong>{settings.supportContact}</strong>
        </p>
      ) : null}
      <p role="status" class="after" data-kept={kept}>
        {kept > 0 ? word('optionKept') : null}
      </p>
    </main>
  );
}

showPage('optionsTitle', <Options />);
