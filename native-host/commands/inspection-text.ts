import { usernameFromSubjectSerialNumber } from '../../common/certificate/username.ts';
import type { CardFacts, FactsOf, Observation, Reader, ServiceFacts } from '../../common/protocol/index.ts';
import { virtualReaderKind } from '../../common/readers/index.ts';
import type { Inspection } from './inspect.ts';
import type { Words } from './words.ts';

/** Texts told that may be the driver's reader, the likeliest first. */
const likelyReaders = 8;

/** An inspection for a person at a terminal: facts in the order in which one would look. No verdict. */
export function inspectionText({ observations }: Inspection, words: Words): string {
  const cards = observations.flatMap(({ subject, result }) =>
    subject === 'card' && result.outcome === 'observed' ? [result.facts] : [],
  );
  return observations.flatMap((observation) => lines(observation, cards, words)).join('\n');
}

function lines(observation: Observation, cards: CardFacts[], words: Words): string[] {
  const { subject, result } = observation;
  if (result.outcome === 'unknown') {
    return subject === 'pcsc-service'
      ? [words.service.unknown]
      : [words.unknown(subject, result.detail ?? result.reason)];
  }
  switch (subject) {
    case 'pcsc-service':
      return serviceLines(result.facts, words);
    case 'readers':
      return result.facts.readers.length === 0
        ? [words.noReader]
        : result.facts.readers.flatMap((reader) => readerLines(reader, cards, words));
    case 'card':
      return []; // told with its reader
    case 'card-holders':
      return result.facts.candidates.length === 0 ? [] : [words.holders(result.facts)];
    case 'card-driver':
      return driverLines(result.facts, words);
    case 'certificate-store':
      return [words.store(result.facts)];
    case 'driver-reader':
      return result.facts.candidates
        .slice(0, likelyReaders)
        .map(({ place, value }) => words.driverReader(value, place));
    case 'usb-readers':
      return result.facts.devices.map(words.usbReader);
    case 'policies':
      return result.facts.policies.map(({ browser, name, values }) => words.policy(browser, name, values));
    case 'site-certificate':
      return siteLines(result.facts, words);
    case 'browser-session':
      return [words.browserSince(result.facts.name, result.facts.startedAt), words.remote(result.facts)];
  }
}

function serviceLines({ state, startType, propagation }: FactsOf<'pcsc-service'>, words: Words): string[] {
  const start = (type: ServiceFacts['startType']) => (type ? ` (${words.startType[type]})` : '');
  return [
    `${words.service[state]}${start(startType)}`,
    ...(propagation ? [`${words.propagation[propagation.state]}${start(propagation.startType)}`] : []),
  ];
}

/** The server's Date is in whole seconds: less than two of difference are none. */
function siteLines(facts: FactsOf<'site-certificate'>, words: Words): string[] {
  const { skewMs } = facts;
  const seconds = Math.round((skewMs ?? 0) / 1000);
  const clock = skewMs === undefined ? [] : [words.clock(Math.abs(seconds) < 2 ? 0 : seconds)];
  return [words.siteCertificate(facts), ...clock];
}

function readerLines(reader: Reader, cards: CardFacts[], words: Words): string[] {
  const state = [
    ...(virtualReaderKind(reader.name) ? [words.virtualReader] : []),
    words.readerState[reader.state],
    ...(reader.inUse ? [words.inUse] : []),
  ].join(', ');
  const card = cards.find(({ reader: name }) => name === reader.name);
  return [
    `${words.reader(reader)} (${state})`,
    ...(card ? cardLines(card, words).map((line) => `  ${line}`) : []),
  ];
}

function cardLines({ applications, certificate, pin, stopped }: CardFacts, words: Words): string[] {
  const found = applications.filter(({ statusWord }) => statusWord === '9000');
  const all = [];
  if (stopped) all.push(`${words.stopped[stopped.by]}${stopped.pcscCode ? ` (0x${stopped.pcscCode})` : ''}`);
  all.push(...found.map(({ name }) => words.applications[name]));
  if (found.length === 0 && !stopped) all.push(words.foreignCard);
  if (certificate?.form === 'read') {
    const { subject, issuer, serialNumber, notBefore, notAfter } = certificate.profile;
    const name =
      subject.serialNumber && usernameFromSubjectSerialNumber(subject.serialNumber, issuer.commonName);
    const label = words.certificate;
    all.push(`${label.subject}: ${subject.commonName ?? ''}`, `${label.issuer}: ${issuer.commonName ?? ''}`);
    all.push(`${label.serial}: ${serialNumber}`);
    if (name) all.push(`${label.username}: ${name.username}`);
    all.push(`${label.validity}: ${notBefore} – ${notAfter}`);
  } else if (certificate) {
    all.push(`${words.noCertificate} (${certificate.code})`);
  }
  if (pin) all.push(words.pin(triesLeft(pin.statusWord)));
  return all;
}

/** What the status word of an empty VERIFY says (JAHIS 24-002 annex C). */
function triesLeft(statusWord: string): number | 'locked' | 'verified' | 'unknown' {
  if (statusWord === '9000') return 'verified';
  if (statusWord === '6983' || statusWord === '6984' || statusWord === '63C0') return 'locked';
  return statusWord.startsWith('63C') ? Number.parseInt(statusWord.slice(3), 16) : 'unknown';
}

function driverLines({ modules, tools = [] }: FactsOf<'card-driver'>, words: Words): string[] {
  const found = tools.map(({ name, path }) => words.cardTool(name, path));
  if (modules.length === 0) return [words.noDriver, ...found];
  return [
    `${words.drivers}:`,
    ...modules.map(({ kind, name, family, path, version, bits, present }) => {
      const size = bits === undefined ? [] : [`${bits}-bit`];
      const place = [kind, ...size, version, path].filter(Boolean).join(' ');
      return `  ${name} [${family}] ${place}${present ? '' : ` (${words.missingFile})`}`;
    }),
    ...found,
  ];
}
