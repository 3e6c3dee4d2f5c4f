import { type Finding, fail, pass, unknown, warn } from './check.ts';
import { clockError, japaneseTime } from './clock.ts';
import type { SiteState, Situation } from './situation.ts';
import { tlsInspection } from './tls-inspection.ts';

export function judgeSite(situation: Situation): Finding {
  const { site, observations } = situation;
  if (site.state === 'checking') return unknown('site.checking');
  if (site.state === 'failed') return failure(site, situation);
  // RFC 6585: 511 is a network that wants a login.
  if (site.status === 511) return fail('site.captive', { status: site.status });
  if (site.status >= 500) return warn('site.in-trouble', { status: site.status });
  const seen = observations['site-certificate']?.result;
  const inspection = seen?.outcome === 'observed' ? tlsInspection(seen.facts) : undefined;
  if (inspection) return warn(inspection.reason, inspection.data);
  const clock = clockError(situation);
  if (clock) return warn('site.clock-skew', clock);
  const unverified =
    seen?.outcome === 'unknown' || (seen?.outcome === 'observed' && !seen.facts.publiclyTrusted);
  return pass(unverified ? 'site.issuer-unverified' : 'site.ok', { status: site.status });
}

/** The browser's request came to nothing: the host's own connection may tell why. */
function failure(site: Extract<SiteState, { state: 'failed' }>, situation: Situation): Finding {
  const { host } = site;
  if (!site.online) return fail('site.offline', { host });
  if (site.redirected) return fail('site.captive', { host });
  const observation = situation.observations['site-certificate'];
  const seen = observation?.result;
  if (seen?.outcome === 'observed') {
    // Every certificate looks out of date then, whoever issued it.
    if (clockError(situation)) {
      const time = japaneseTime(Date.parse(observation?.at ?? '') - (seen.facts.skewMs ?? 0));
      return fail('site.clock-wrong', { host, time });
    }
    const inspection = tlsInspection(seen.facts);
    if (inspection) return fail(inspection.reason, inspection.data);
  }
  // No address, no route or no answer: a network that refuses says so.
  const nowhere = seen?.outcome === 'unknown' && (seen.reason === 'not-found' || seen.reason === 'timeout');
  return nowhere ? fail('site.closed-network', { host }) : fail('site.unreachable', { host });
}
