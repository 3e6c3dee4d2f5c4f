import { describe, expect, it } from 'vitest';
import { failureFromLastError } from './host-failures.ts';

/** Chromium's own words, from its binary and from measurement. */
describe('the end of a native messaging port', () => {
  it.each([
    ['Specified native messaging host not found.', 'not-installed'],
    ['Access to the specified native messaging host is forbidden.', 'forbidden'],
    ['Access to the native messaging host was disabled by the system administrator.', 'blocked-by-policy'],
    ['Native host has exited.', 'crashed'],
    ['Error when communicating with the native messaging host.', 'malformed'],
    [undefined, 'crashed'],
  ])('%s: %s', (message, failure) => {
    expect(failureFromLastError(message)).toBe(failure);
  });
});
