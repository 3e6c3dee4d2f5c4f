import ids from '../../common/ids.json' with { type: 'json' };
import type { Policy } from '../observers/policy-names.ts';

/** Policies under which a browser does not start this host, however it is registered. */
export function blockingPolicies(policies: readonly Policy[]): Policy[] {
  const allowed = (browser: Policy['browser']) =>
    policies.some(
      (one) =>
        one.browser === browser &&
        one.name === 'NativeMessagingAllowlist' &&
        one.values.includes(ids.nativeHost),
    );
  return policies.filter(({ browser, name, values }) => {
    switch (name) {
      case 'NativeMessagingBlocklist':
        return !allowed(browser) && (values.includes('*') || values.includes(ids.nativeHost));
      case 'NativeMessagingUserLevelHosts':
        return values.includes('false');
      default:
        return false;
    }
  });
}
