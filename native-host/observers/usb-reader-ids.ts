/** USB class of CCID readers (USB-IF: Smart Card). */
export const smartCardClass = '0b';

/**
 * Readers used with HPKI cards that speak a protocol of their own, so that their USB class does not tell.
 * Vendor and product as four hexadecimal digits.
 */
export const knownReaders: readonly { vendor: string; product: string; name: string; source: string }[] = [
  { vendor: '054c', product: '06c1', name: 'Sony RC-S380/S', source: 'nfcpy device list (high)' },
  { vendor: '054c', product: '06c3', name: 'Sony RC-S380/P', source: 'nfcpy device list (high)' },
  { vendor: '054c', product: '0dc8', name: 'Sony RC-S300/S', source: 'users’ reports (medium)' },
  { vendor: '054c', product: '0dc9', name: 'Sony RC-S300/P', source: 'users’ reports (medium)' },
];

export function knownReader(vendor: string, product: string): string | undefined {
  return knownReaders.find((known) => known.vendor === vendor && known.product === product)?.name;
}
