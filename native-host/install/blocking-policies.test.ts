import { describe, expect, it } from 'vitest';
import { allowedExtensionIds } from '../allowed-callers.ts';
import { windowsPolicies } from '../observers/policies-windows.ts';
import { type FakeKeys, fakeRegistry } from '../windows/fakes/fake-windows.ts';
import { blockingPolicies, blocks } from './blocking-policies.ts';

const [ours = ''] = allowedExtensionIds;
const other = 'a'.repeat(32);
const path = 'SOFTWARE\\Policies\\Google\\Chrome';
const blocking = (keys: FakeKeys, startedForEveryone?: ReadonlySet<'chrome'>) => {
  const below = Object.entries(keys).map(([name, values]) => [`HKLM\\${path}${name}`, values]);
  const policies = windowsPolicies(fakeRegistry(Object.fromEntries(below)));
  return blockingPolicies(policies, startedForEveryone).map(({ name }) => name);
};

describe('policies that stand in the way', () => {
  it('of registrations of the user do not where the browser starts a host registered for everyone', () => {
    const keys = { '': { NativeMessagingUserLevelHosts: 0 } };
    expect(blocking(keys)).toEqual(['NativeMessagingUserLevelHosts']);
    expect(blocking(keys, new Set(['chrome']))).toEqual([]);
  });

  it.each<[what: string, keys: FakeKeys, names: string[]]>([
    ['every extension', { '\\ExtensionInstallBlocklist': { 1: '*' } }, ['ExtensionInstallBlocklist']],
    ['this one', { '\\ExtensionInstallBlocklist': { 1: other, 2: ours } }, ['ExtensionInstallBlocklist']],
    ['another one', { '\\ExtensionInstallBlocklist': { 1: other } }, []],
    [
      'every one but this',
      { '\\ExtensionInstallBlocklist': { 1: '*' }, '\\ExtensionInstallAllowlist': { 1: ours } },
      [],
    ],
    [
      'every one that is not rolled out',
      {
        '\\ExtensionInstallBlocklist': { 1: '*' },
        '\\ExtensionInstallForcelist': { 1: `${ours};https://clients2.google.com/service/update2/crx` },
      },
      [],
    ],
    [
      'every one, in one text',
      { '': { ExtensionSettings: '{"*":{"installation_mode":"blocked"}}' } },
      ['ExtensionSettings'],
    ],
    [
      'every one but this, in one text',
      {
        '': {
          ExtensionSettings: JSON.stringify({
            '*': { installation_mode: 'blocked' },
            [ours]: { installation_mode: 'allowed' },
          }),
        },
      },
      [],
    ],
    [
      'this one, in keys',
      { [`\\ExtensionSettings\\${ours}`]: { installation_mode: 'removed' } },
      ['ExtensionSettings'],
    ],
    ['nothing readable', { '': { ExtensionSettings: '{' } }, []],
  ])('of extensions: %s', (_, keys, names) => {
    expect(blocking(keys)).toEqual(names);
    for (const name of names) expect(blocks(name as 'ExtensionSettings')).toBe('extension');
  });
});
