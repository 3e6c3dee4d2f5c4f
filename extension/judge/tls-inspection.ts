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

interface Name {
  commonName?: string | undefined;
  organization?: string | undefined;
}

/** The product whose authority one of these names is, if it is a known one. */
export function inspectionProduct(names: readonly (Name | undefined)[]): string | undefined {
  const texts = names
    .flatMap((name) => [name?.commonName, name?.organization])
    .filter((text) => text !== undefined);
  return products.find(({ pattern }) => texts.some((text) => pattern.test(text)))?.product;
}
