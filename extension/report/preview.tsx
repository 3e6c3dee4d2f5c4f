import { useEffect, useRef, useState } from 'preact/hooks';
import { type Report, removableSections, type Section, withoutSections } from '../../common/report/schema.ts';
import { readingOf } from '../../common/report/support-code/alphabet.ts';
import { shownCode } from '../../common/report/support-code/code.ts';
import { leading, reportText, sectionTexts, times } from '../../common/report/text.ts';
import { recordingSince } from '../../common/report/timeline.ts';
import { reportWord } from '../../common/report/words.ts';
import { BackgroundPort, type Send } from '../panel/background-port.ts';
import { Button } from '../panel/parts/button.tsx';
import { language } from '../panel/words.ts';
import { browserSources } from './browser-sources.ts';
import { collect } from './collect.ts';
import { composeReport } from './compose.ts';
import { onReportSecret } from './secret.ts';
import { previewWord } from './words.ts';

/** What will leave the PC, section by section, before it does. */
export function Preview() {
  const { report, make, send } = useReport();
  const [removed, setRemoved] = useState<readonly Section[]>([]);
  const [said, setSaid] = useState('');
  if (!report) {
    return (
      <main class="app report" aria-busy="true">
        <p class="working" role="status">
          <span class="spinner" aria-hidden="true" />
          {previewWord('making')}
        </p>
      </main>
    );
  }
  const leaving = withoutSections(report, removed);
  const { cause, next } = leading(report, language());
  const toggle = (section: Section) =>
    setRemoved(removed.includes(section) ? removed.filter((it) => it !== section) : [...removed, section]);
  const copy = async () => {
    const done = await navigator.clipboard.writeText(reportText(leaving, language())).then(
      () => true,
      () => false,
    );
    setSaid(previewWord(done ? 'copied' : 'notCopied'));
  };
  return (
    <main
      class="app report"
      data-cause={report.cause}
      data-verdict={report.verdict}
      data-tokens={report.tokens}
    >
      <h1 id="headline">{previewWord('title')}</h1>
      <p class="no-print">{previewWord('intro')}</p>
      <section class="cause">
        <p class="cause-sentence">{cause}</p>
        {next ? <p class="next">{next}</p> : null}
        <p class="soft no-print">
          <a href={`/extension/support/index.html#cause/${report.cause}`} data-cause={report.cause}>
            {previewWord('inCatalogue')}
          </a>
        </p>
      </section>
      <section class="support-code">
        <p class="soft">{previewWord('readCode')}</p>
        <p class="code" data-support-code={report.supportCode}>
          {shownCode(report.supportCode)}
        </p>
        {language() === 'ja' ? <p class="soft reading">{readingOf(report.supportCode)}</p> : null}
      </section>
      <div class="actions no-print">
        <Button action="copy-report" kind="main" onPress={() => void copy()}>
          {previewWord('copy')}
        </Button>
        <Button action="save-report" onPress={() => save(leaving)}>
          {previewWord('save')}
        </Button>
        <Button action="print-report" onPress={printAll}>
          {previewWord('print')}
        </Button>
        <Button action="make-again" kind="quiet" onPress={make}>
          {previewWord('again')}
        </Button>
      </div>
      <p class="said no-print" role="status">
        {said}
      </p>
      <Recording report={report} send={send} make={make} />
      {removableSections.map((section) => (
        <SectionView
          key={section}
          section={section}
          report={report}
          kept={!removed.includes(section)}
          toggle={() => toggle(section)}
        />
      ))}
      <p class="soft">{reportWord('privacy', language())}</p>
      <p class="soft no-print">
        <a href="/extension/support/index.html">{previewWord('openSupport')}</a>
      </p>
    </main>
  );
}

function SectionView(props: { section: Section; report: Report; kept: boolean; toggle(): void }) {
  const { section, report, kept, toggle } = props;
  const lines = sectionTexts(report, language())[section] ?? [];
  return (
    <section class={`part ${kept ? '' : 'left-out'}`} data-section={section} data-kept={kept}>
      <h2>{reportWord(section, language())}</h2>
      <label class="keep no-print">
        <input type="checkbox" checked={kept} onChange={toggle} data-toggle={section} />
        {previewWord('include')}
      </label>
      {kept ? (
        <details open={section === 'checks' || section === 'machine'}>
          <summary class="no-print">{previewWord('look')}</summary>
          <pre>{lines.join('\n')}</pre>
        </details>
      ) : (
        <p class="soft no-print">{previewWord('left')}</p>
      )}
    </section>
  );
}

function Recording({ report, send, make }: { report: Report; send: Send; make(): void }) {
  const since = report.timeline ? recordingSince(report.timeline) : null;
  const record = (on: boolean) => {
    send({ type: 'record', on });
    // The mark has to be in storage before it is read from there.
    setTimeout(make, 150);
  };
  return (
    <section class="recording no-print" data-recording={since !== null}>
      <h2>{previewWord('recordTitle')}</h2>
      <p>{since === null ? previewWord('recordHint') : previewWord('recording', { time: times(since) })}</p>
      <Button
        action={since === null ? 'record-begin' : 'record-end'}
        kind={since === null ? 'other' : 'main'}
        onPress={() => record(since === null)}
      >
        {previewWord(since === null ? 'recordBegin' : 'recordEnd')}
      </Button>
    </section>
  );
}

/** Made at once from what is known, and anew when something changes: readers, cards, the person's way. */
function useReport(): { report: Report | null; make(): void; send: Send } {
  const [report, setReport] = useState<Report | null>(null);
  const send = useRef<Send>(() => undefined);
  const tokens = useRef<Report['tokens']>(undefined);
  const make = () =>
    void makeReport().then((made) => {
      tokens.current = made.tokens;
      setReport(made);
    });
  useEffect(() => {
    make();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let asked = false;
    const port = new BackgroundPort(() => {
      clearTimeout(timer);
      timer = setTimeout(make, 100);
      // Once in any case: this user's secret may be another one by now. Then for as long as no host has given one.
      if (asked && tokens.current === 'host') return;
      asked = true;
      port.send({ type: 'share-report-secret' });
    });
    send.current = (command) => port.send(command);
    onReportSecret(make);
  }, []);
  return { report, make, send: (command) => send.current(command) };
}

async function makeReport(): Promise<Report> {
  const began = performance.now();
  const { collected, secret } = await collect(browserSources, Date.now());
  return composeReport(collected, secret, () => Math.round(performance.now() - began));
}

/** On paper nothing can be unfolded. */
function printAll(): void {
  for (const part of document.querySelectorAll('details')) part.open = true;
  print();
}

function save(report: Report): void {
  const blob = new Blob([`${JSON.stringify(report, null, 1)}\n`], { type: 'application/json' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = `hpki-navi-${report.made.at.slice(0, 16).replaceAll(':', '')}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
