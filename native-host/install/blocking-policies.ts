import ids from '../../common/ids.json' with { type: 'json' };
import { allowedExtensionIds } from '../allowed-callers.ts';
import type { Policy } from '../observers/policy-names.ts';

export type Blocked = 'host' | 'extension';

/**
 * Policies under which a browser does not start this host, or does not run its extension, however it is registered.
 * `startedForEveryone`: browsers that a registration for all users starts a host from; to those, the user's own do not
 * matter.
 */
export function blockingPolicies(
  policies: readonly Policy[],
  startedForEveryone: ReadonlySet<Policy['browser']> = new Set(),
): Policy[] {
  const says = (browser: Policy['browser'], name: Policy['name'], matches: (value: string) => boolean) =>
    policies.some((one) => one.browser === browser && one.name === name && one.values.some(matches));
  const hostAllowed = (browser: Policy['browser']) =>
    says(browser, 'NativeMessagingAllowlist', (value) => value === ids.nativeHost);
  const extensionAllowed = (browser: Policy['browser']) =>
    says(browser, 'ExtensionInstallAllowlist', isOurs) ||
    says(browser, 'ExtensionInstallForcelist', (value) => isOurs(value.split(';')[0])) ||
    says(browser, 'ExtensionSettings', (value) => isOurs(value.split('=')[0]) && !shutsOut(value));
  return policies.filter(({ browser, name, values }) => {
    switch (name) {
      case 'NativeMessagingBlocklist':
        return !hostAllowed(browser) && (values.includes('*') || values.includes(ids.nativeHost));
      case 'NativeMessagingUserLevelHosts':
        return values.includes('false') && !startedForEveryone.has(browser);
      case 'ExtensionInstallBlocklist':
        return values.some(isOurs) || (values.includes('*') && !extensionAllowed(browser));
      case 'ExtensionSettings':
        return values.some(
          (value) => shutsOut(value) && (isOurs(value.split('=')[0]) || !extensionAllowed(browser)),
        );
      default:
        return false;
    }
  });
}

/** What a blocking policy keeps from working. */
export const blocks = (name: Policy['name']): Blocked =>
  name.startsWith('Extension') ? 'extension' : 'host';

const isOurs = (id: string | undefined) => id !== undefined && allowedExtensionIds.includes(id);
/** `ID=installation_mode`. */
const shutsOut = (value: string) => /=(?:blocked|removed)$/.test(value);
