import { describe, expect, it } from 'vitest';
import { networkOf } from './rate-limit.ts';

describe('one address', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['a ticket or person', 'a ticket or person'],
  ])('%s counts as %s', (subject, network) => {
    expect(networkOf(subject)).toBe(network);
  });
});
