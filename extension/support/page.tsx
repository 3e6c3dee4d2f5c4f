import { useEffect, useState } from 'preact/hooks';
import type { Text } from '../../common/guide/index.ts';
import { type ReadReport, readReport } from '../../common/report/read.ts';
import { largestReport, type Report } from '../../common/report/schema.ts';
import { type DecodedCode, decodeSupportCode } from '../../common/report/support-code/code.ts';
import { Catalogue } from './catalogue-view.tsx';
import { ComparisonView } from './comparison-view.tsx';
import { LanguageContext, type Say } from './language.ts';
import { CodeView, ReportView } from './report-view.tsx';
import { type SupportWord, supportWords } from './words.ts';

/** For the person at the desk: a file, a text or a code in, what to say out. */
export function SupportPage() {
  const [language, setLanguage] = useState<keyof Text>(/^ja/i.test(navigator.language) ? 'ja' : 'en');
  const [typed, setTyped] = useState('');
  const [pasted, setPasted] = useState('');
  const [reports, setReports] = useState<readonly Report[]>([]);
  const [problem, setProblem] = useState<SupportWord | null>(null);
  const say: Say = (key) => supportWords[key][language];
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = say('title');
  }, [language]);

  const take = (read: ReadReport) => {
    if (read.outcome === 'report') {
      setProblem(null);
      const { report } = read;
      // The last two are compared. One that is there already was pasted again, or typed at.
      setReports((known) => [...known.filter((it) => !isSame(it, report)), report].slice(-2));
    } else {
      setProblem(read.outcome === 'newer' ? 'newer' : `refused_${read.why}`);
    }
  };
  const takeFile = async (file: File | undefined) => {
    if (!file) return;
    if (file.size > largestReport) setProblem('refused_too-large');
    else take(readReport(await file.text()));
  };
  useEffect(() => {
    const dragged = (event: DragEvent) => event.preventDefault();
    const dropped = (event: DragEvent) => {
      event.preventDefault();
      void takeFile(event.dataTransfer?.files[0]);
    };
    addEventListener('dragover', dragged);
    addEventListener('drop', dropped);
    return () => {
      removeEventListener('dragover', dragged);
      removeEventListener('drop', dropped);
    };
  }, []);

  const decoded: DecodedCode | null = typed.trim().length >= 8 ? decodeSupportCode(typed) : null;
  const [first, second] = reports.toSorted((one, other) => one.made.at.localeCompare(other.made.at));
  // However they were loaded: what the caller sees now is in the newer one.
  const latest = second ?? first;
  return (
    <LanguageContext.Provider value={{ language, say }}>
      <main data-reports={reports.length} data-problem={problem ?? ''}>
        <header>
          <h1>{say('title')}</h1>
          <button
            type="button"
            data-action="language"
            onClick={() => setLanguage(language === 'ja' ? 'en' : 'ja')}
          >
            {say('language')}
          </button>
        </header>
        <section class="inputs">
          <p>{say('intro')}</p>
          <label>
            <span>{say('code')}</span>
            <input
              type="text"
              data-input="code"
              autocomplete="off"
              spellcheck={false}
              maxLength={64}
              value={typed}
              onInput={(event) => setTyped(event.currentTarget.value)}
            />
          </label>
          <label>
            <span>{say('paste')}</span>
            <textarea
              data-input="text"
              rows={3}
              value={pasted}
              onInput={(event) => {
                const text = event.currentTarget.value;
                setPasted(text.slice(0, 2000));
                if (text.trim().length > 40) take(readReport(text));
              }}
            />
          </label>
          <label>
            <span>{say('file')}</span>
            <input
              type="file"
              data-input="file"
              accept=".json,.txt,application/json,text/plain"
              onChange={(event) => void takeFile(event.currentTarget.files?.[0])}
            />
          </label>
          <p class="soft">{say('drop')}</p>
          {problem ? (
            <p class="problem" role="alert">
              {say(problem)}
            </p>
          ) : null}
          {latest || typed ? (
            <button
              type="button"
              data-action="clear"
              onClick={() => {
                setReports([]);
                setTyped('');
                setPasted('');
                setProblem(null);
              }}
            >
              {say('clear')}
            </button>
          ) : null}
        </section>
        <div aria-live="polite">
          {decoded ? <CodeView decoded={decoded} /> : null}
          {first && second ? <ComparisonView one={first} other={second} /> : null}
          {latest ? <ReportView report={latest} /> : null}
          {first && !second ? <p class="soft">{say('addSecond')}</p> : null}
        </div>
        <Catalogue />
      </main>
    </LanguageContext.Provider>
  );
}

const isSame = (one: Report, other: Report) => JSON.stringify(one) === JSON.stringify(other);
