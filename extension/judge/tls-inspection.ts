import type { CheckReason } from '../../common/guide/checks.ts';
import type { AuthorizationError, FactsOf } from '../../common/protocol/index.ts';
import type { CheckData } from './check.ts';

/**
 * Security software and network devices that look inside TLS, by the authority they make for it. A client certificate
 * does not get through them. Names as the products show them in a browser's certificate view; medium confidence.
 */
const products: readonly { pattern: RegExp; product: string }[] = [
  { pattern: /\bESET\b/i, product: 'ESET' },
  { pattern: /avast/i, product: 'Avast' },
  { pattern: /\bAVG\b/i, product: 'AVG' },
  { pattern: /kaspersky/i, product: 'Kaspersky' },
  { pattern: /bitdefender/i, product: 'Bitdefender' },
  { pattern: /norton|symantec web/i, product: 'Norton' },
  { pattern: /trend ?micro/i, product: 'Trend Micro' },
  { pattern: /mcafee|trellix|skyhigh/i, product: 'McAfee / Trellix' },
  { pattern: /zscaler/i, product: 'Zscaler' },
  { pattern: /netskope|goskope/i, product: 'Netskope' },
  { pattern: /fortinet|fortigate/i, product: 'FortiGate' },
  { pattern: /sophos/i, product: 'Sophos' },
  { pattern: /palo alto|globalprotect/i, product: 'Palo Alto Networks' },
  { pattern: /blue ?coat|proxysg/i, product: 'Blue Coat' },
  { pattern: /cisco umbrella|opendns/i, product: 'Cisco Umbrella' },
  { pattern: /sonicwall/i, product: 'SonicWall' },
  { pattern: /watchguard/i, product: 'WatchGuard' },
  { pattern: /check ?point/i, product: 'Check Point' },
  { pattern: /i-?filter|digital ?arts/i, product: 'i-FILTER' },
  { pattern: /saxa/i, product: 'SAXA UTM' },
];

/** Said of a chain that nobody public vouches for. */
const unknownIssuer: readonly AuthorizationError[] = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
];
/** The server's certificate came alone: so do some inspectors', and so does one whose intermediate was forgotten. */
const leafAlone: AuthorizationError = 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';

/** What stands between this PC and the site, if anything does. A wrong date or name is no sign of it. */
export function tlsInspection({
  publiclyTrusted,
  authorizationError: error,
  issuer,
  root,
}: FactsOf<'site-certificate'>): { reason: CheckReason; data: CheckData } | undefined {
  if (publiclyTrusted) return undefined;
  // Hosts up to 0.1.0 do not tell the error.
  const unknown = error === undefined || unknownIssuer.includes(error);
  if (!unknown && error !== leafAlone) return undefined;
  const product = inspectionProduct([issuer, root]);
  if (product) return { reason: 'site.inspected', data: { product } };
  if (!unknown) return undefined;
  const name = issuer.commonName ?? issuer.organization ?? '?';
  return { reason: 'site.inspected-by-unknown', data: { issuer: name } };
}

/** The product whose authority one of these names is, if it is a known one. */
function inspectionProduct(names: readonly (FactsOf<'site-certificate'>['issuer'] | undefined)[]) {
  const texts = names
    .flatMap((name) => [name?.commonName, name?.organization])
    .filter((text) => text !== undefined);
  return products.find(({ pattern }) => texts.some((text) => pattern.test(text)))?.product;
}
