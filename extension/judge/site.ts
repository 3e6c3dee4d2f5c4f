import { type Finding, fail, pass, unknown, warn } from './check.ts';
import type { Situation } from './situation.ts';
import { inspectionProduct } from './tls-inspection.ts';

/** Beyond this a server may refuse certificates and codes. */
export const clockToleranceMinutes = 5;

export function judgeSite({ site, observations }: Situation): Finding {
  if (site.state === 'checking') return unknown('site.checking');
  if (site.state === 'failed') {
    if (!site.online) return fail('site.offline', { host: site.host });
    return site.redirected
      ? fail('site.captive', { host: site.host })
      : fail('site.unreachable', { host: site.host });
  }
  // RFC 6585: 511 is a network that wants a login.
  if (site.status === 511) return fail('site.captive', { status: site.status });
  if (site.status >= 500) return warn('site.in-trouble', { status: site.status });
  const seen = observations['site-certificate']?.result;
  const certificate = seen?.outcome === 'observed' ? seen.facts : undefined;
  if (certificate && !certificate.publiclyTrusted) {
    const product = inspectionProduct([certificate.issuer, certificate.root]);
    if (product) return warn('site.inspected', { product });
    const { commonName, organization } = certificate.issuer;
    return warn('site.inspected-by-unknown', { issuer: commonName ?? organization ?? '?' });
  }
  const minutes = Math.round((site.skewMs ?? certificate?.skewMs ?? 0) / 60_000);
  if (Math.abs(minutes) > clockToleranceMinutes) {
    return warn('site.clock-skew', {
      minutes: Math.abs(minutes),
      direction: minutes > 0 ? 'ahead' : 'behind',
    });
  }
  return pass('site.ok', { status: site.status });
}
