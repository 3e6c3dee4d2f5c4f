import { usernameFromSubjectSerialNumber } from '../../common/certificate/username.ts';
import type { CardFacts, CardStop } from '../../common/protocol/index.ts';
import { selectedCard } from './card-selection.ts';
import { type Finding, fail, pass, unknown, warn } from './check.ts';
import type { Situation } from './situation.ts';

export function judgeCardReadable(situation: Situation): Finding {
  const card = selectedCard(situation);
  if (!card) return unknown('card-readable.unknown', { why: 'not-found' });
  const { reader, facts } = card;
  if (reader.state === 'mute') return fail('card-readable.mute');
  if (reader.state === 'exclusive') return inUse(situation);
  if (!facts) return unread(situation);
  // What came before the end still counts: a card whose certificate was read is a readable card.
  if (facts.stopped && facts.certificate?.form !== 'read') return stopped(situation, facts.stopped);
  return pass('card-readable.ok', { apdus: facts.apdus, cardMs: facts.cardMs });
}

function unread({ quiet, observations }: Situation): Finding {
  if (quiet) return unknown('card-readable.quiet');
  if (observations.cardUnknown) return unknown('card-readable.unknown', { why: observations.cardUnknown });
  return unknown('card-readable.checking');
}

/** Programs named at once: more would be no help to the person. */
const namedPrograms = 3;

/** That the card is held was seen; who holds it is a guess. */
function inUse({ observations }: Situation, data: { pcscCode?: string } = {}): Finding {
  const holders = observations['card-holders']?.result;
  const candidates = holders?.outcome === 'observed' ? holders.facts.candidates : [];
  if (candidates.length === 0) return fail('card-readable.in-use', data);
  const programs = candidates.slice(0, namedPrograms).map(({ name }) => name);
  return fail('card-readable.in-use-by', { ...data, programs: programs.join(', ') });
}

function stopped(situation: Situation, { by, pcscCode }: CardStop): Finding {
  const data = pcscCode ? { pcscCode } : {};
  switch (by) {
    case 'mute':
      return fail('card-readable.mute', data);
    case 'exclusive':
      return inUse(situation, data);
    case 'reset':
      return fail('card-readable.disturbed', data);
    case 'removed':
      return fail('card-readable.removed', data);
    case 'timeout':
      return fail('card-readable.timeout', data);
    case 'protocol':
      return fail('card-readable.protocol', data);
    case 'service':
      return unknown('card-readable.unknown', { ...data, why: 'service-unavailable' });
    // Our own gate refused a command: that says nothing about the card.
    case 'refused':
      return unknown('card-readable.unknown', { ...data, why: 'failed' });
  }
}

export function judgeCardKind(situation: Situation): Finding {
  const facts = selectedCard(situation)?.facts;
  if (!facts) return unknown('card-kind.unknown', { why: 'not-found' });
  const statusWord = (name: CardFacts['applications'][number]['name']) =>
    facts.applications.find((application) => application.name === name)?.statusWord;
  const authentication = statusWord('hpki-authentication');
  if (authentication === '9000') return ofAssociation(facts);
  // JAHIS 24-002 annex C: 6283 is a blocked application.
  if (authentication === '6283') return fail('card-kind.closed');
  if (authentication === undefined) return unknown('card-kind.unknown', { why: 'failed' });
  if (statusWord('hpki-signature') === '9000') return fail('card-kind.signature-only');
  if (statusWord('jpki') === '9000') return fail('card-kind.mynumber');
  return fail('card-kind.foreign', { statusWord: authentication });
}

/** Doctors' and MEDIS cards register as well (manual (3)); the name differs, that is all. */
function ofAssociation(facts: CardFacts): Finding {
  const association = registrationName(facts)?.association;
  return association === undefined || association === 'jpa'
    ? pass('card-kind.ok')
    : pass('card-kind.other-association');
}

export function registrationName(facts: CardFacts | undefined) {
  if (facts?.certificate?.form !== 'read') return undefined;
  const { subject, issuer } = facts.certificate.profile;
  if (subject.serialNumber === undefined) return undefined;
  return usernameFromSubjectSerialNumber(subject.serialNumber, issuer.commonName);
}

export function judgeCertificate(situation: Situation): Finding {
  const facts = selectedCard(situation)?.facts;
  const certificate = facts?.certificate;
  if (!certificate) return unknown('certificate.unknown', { why: 'failed' });
  if (certificate.form === 'malformed') {
    return certificate.code === 'absent'
      ? fail('certificate.absent')
      : fail('certificate.malformed', { code: certificate.code, length: certificate.length });
  }
  const { kind, subject } = certificate.profile;
  const data = { subject: subject.commonName ?? '' };
  if (kind === 'hpki-signature' || kind === 'jpki-signature') return fail('certificate.signature', data);
  if (kind !== 'hpki-authentication') return warn('certificate.unrecognised', data);
  // hcRole is not asked for: MEDIS issues certificates without one.
  return registrationName(facts) ? pass('certificate.ok', data) : warn('certificate.no-username', data);
}
