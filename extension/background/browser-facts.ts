import { siteOrigins } from '../../common/sites.ts';
import type { BrowserFacts } from '../judge/index.ts';
import { browser } from '../platform/browser.ts';

interface Brand {
  brand: string;
}

const families = [
  { brand: 'Microsoft Edge', family: 'edge' },
  { brand: 'Google Chrome', family: 'chrome' },
] as const;

/** By the brands the browser names itself with; makers of relatives add their own to the list. */
export function browserFromBrands(brands: readonly Brand[]): Pick<BrowserFacts, 'name' | 'family'> {
  const names = brands.map(({ brand }) => brand).filter((brand) => !/not.?a.?brand/i.test(brand));
  const known = families.find(({ brand }) => names.includes(brand));
  if (known) return { name: known.brand, family: known.family };
  const other = names.find((name) => name !== 'Chromium');
  return other ? { name: other, family: 'other' } : { name: 'Chromium', family: 'chromium' };
}

export async function lookAtBrowser(): Promise<BrowserFacts> {
  const { userAgentData } = navigator as unknown as { userAgentData?: { brands: Brand[] } };
  return {
    ...browserFromBrands(userAgentData?.brands ?? []),
    siteAccess: await browser.permissions.contains({ origins: siteOrigins }),
    extensionVersion: browser.runtime.getManifest().version,
  };
}
