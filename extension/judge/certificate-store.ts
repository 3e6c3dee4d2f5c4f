import type { FactsOf } from '../../common/protocol/index.ts';
import { selectedCard } from './card-selection.ts';
import { type Finding, pass, skipped, unknown, warn } from './check.ts';
import { isComplete, type Situation } from './situation.ts';

type StoreFacts = FactsOf<'certificate-store'>;

/**
 * Whether the browser can offer the card's authentication certificate. What is in the store was observed; that the
 * chooser offers nothing else follows from how browsers are known to work, so that it never does more than warn.
 */
export function judgeCertificateStore(situation: Situation): Finding {
  const result = situation.observations['certificate-store']?.result;
  if (!result) {
    const { host } = situation;
    return isComplete(host)
      ? skipped('certificate-store.not-examined') // a host from before this was looked at
      : unknown('certificate-store.checking');
  }
  if (result.outcome === 'unknown') {
    const { reason } = result;
    return reason === 'not-supported-here'
      ? skipped('certificate-store.unknown', { why: reason })
      : unknown('certificate-store.unknown', { why: reason });
  }
  const { facts } = result;
  const card = cardCertificate(situation);
  if (!card) return unknown('certificate-store.unknown', { why: 'not-found' });
  const there = cardInStore(situation);
  const count = othersOffered(facts, card.fingerprint);
  const others = { count, serialNumber: card.serialNumber };
  if (facts.store === 'nss' && there !== 'with-key') {
    const module = facts.modules?.find(({ present }) => present);
    if (!module) return warn('certificate-store.no-module');
    return count > 0
      ? warn('certificate-store.others', others)
      : pass('certificate-store.module', { name: module.name });
  }
  if (there === 'absent') {
    return count > 0 ? warn('certificate-store.only-others', others) : warn('certificate-store.absent');
  }
  if (there === 'without-key') return warn('certificate-store.no-key');
  return count > 0 ? warn('certificate-store.others', others) : pass('certificate-store.ok');
}

/** Whether the card's certificate is in the store, and whether its private key is known there. */
export function cardInStore(situation: Situation): 'with-key' | 'without-key' | 'absent' | 'unknown' {
  const result = situation.observations['certificate-store']?.result;
  const card = cardCertificate(situation);
  if (result?.outcome !== 'observed' || !card) return 'unknown';
  const same = result.facts.certificates.filter(({ fingerprint }) => fingerprint === card.fingerprint);
  if (same.length === 0) return 'absent';
  return same.some(({ privateKey }) => privateKey) ? 'with-key' : 'without-key';
}

/** HPKI authentication certificates of other cards: their issuers name authentication (common/certificate). */
function othersOffered({ certificates }: StoreFacts, own: string): number {
  return certificates.filter(
    ({ fingerprint, issuer, privateKey }) => fingerprint !== own && privateKey && /HPKI.*Auth/i.test(issuer),
  ).length;
}

function cardCertificate(situation: Situation) {
  const certificate = selectedCard(situation)?.facts?.certificate;
  return certificate?.form === 'read' ? certificate.profile : undefined;
}
