import { type Finding, fail, pass, unknown } from './check.ts';
import type { Situation } from './situation.ts';

export function judgeHost({ host, browser }: Situation): Finding {
  const extensionVersion = browser.extensionVersion;
  switch (host.state) {
    case 'connecting':
      return unknown('host.checking');
    case 'failed':
      return fail(`host.${host.failure}`, { extensionVersion, hostVersion: host.hostVersion ?? '?' });
    case 'connected':
      return pass('host.ok', { extensionVersion, hostVersion: host.hostVersion });
  }
}
