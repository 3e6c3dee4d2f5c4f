import type { HostFailure } from '../judge/index.ts';

/** Chromium's words when a native messaging port ends. Measured; compared by beginning, in case a full stop goes. */
const endings: readonly [string, HostFailure][] = [
  ['Specified native messaging host not found', 'not-installed'],
  ['Access to the specified native messaging host is forbidden', 'forbidden'],
  ['Access to the native messaging host was disabled by the system administrator', 'blocked-by-policy'],
  ['Native host has exited', 'crashed'],
  ['Failed to start native messaging host', 'crashed'],
  ['Error when communicating with the native messaging host', 'malformed'],
  ['Invalid native messaging host name specified', 'malformed'],
];

/** What the end of the port means; a host that just goes away has crashed. */
export function failureFromLastError(message: string | undefined): HostFailure {
  return endings.find(([beginning]) => message?.startsWith(beginning))?.[1] ?? 'crashed';
}
