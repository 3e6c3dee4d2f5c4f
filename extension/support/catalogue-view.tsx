import { useEffect, useState } from 'preact/hooks';
import { catalogue } from '../../common/report/catalogue.ts';
import { useLanguage } from './language.ts';

/** Everything that can be found, each with its anchor. Drawn when it is first opened. */
export function Catalogue() {
  const { say, inLanguage } = useLanguage();
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const follow = () => {
      if (!location.hash.startsWith('#cause/')) return;
      setOpen(true);
      requestAnimationFrame(() => document.getElementById(location.hash.slice(1))?.scrollIntoView());
    };
    follow();
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return (
    <details class="catalogue" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{say('catalogue')}</summary>
      {open
        ? catalogue().map((entry) => (
            <section key={entry.id} id={`cause/${entry.id}`}>
              <h3>
                <code>{entry.id}</code> {inLanguage(entry.about)}
              </h3>
              <p>{inLanguage(entry.sentence)}</p>
              {entry.causes.map((text) => (
                <p key={text.ja}>・{inLanguage(text)}</p>
              ))}
              {entry.remedies.map((text) => (
                <p key={text.ja}>→ {inLanguage(text)}</p>
              ))}
              <p class="soft">
                {say('measured')}: {inLanguage(entry.measured)}
                {entry.manual ? ` ${say('manual')}: ${entry.manual}` : ''}
              </p>
            </section>
          ))
        : null}
    </details>
  );
}
