import { describe, expect, it } from 'vitest';
import type { Observation } from '../../common/protocol/index.ts';
import { classifyNetError, shownNetError } from '../diagnosis/net-errors.ts';
import { failureFromLastError } from './host-failures.ts';
import { noObservations, withObservation } from './observations.ts';
import { probeSite } from './site-probe.ts';

describe('net errors of the card login', () => {
  it.each([
    ['net::ERR_BAD_SSL_CLIENT_AUTH_CERT', 'login'],
    ['net::ERR_SOCKET_NOT_CONNECTED', 'login'],
    ['net::ERR_EMPTY_RESPONSE', 'login'],
    ['net::ERR_CONNECTION_RESET', 'login'],
    ['net::ERR_SSL_CLIENT_AUTH_SIGNATURE_FAILED', 'login'],
    ['net::ERR_SSL_CLIENT_AUTH_NO_COMMON_ALGORITHMS', 'login'],
    ['net::ERR_CLIENT_AUTH_CERT_TYPE_UNSUPPORTED', 'login'],
    ['net::ERR_SSL_CLIENT_AUTH_SOMETHING_NEW', 'login'],
    ['net::ERR_CONNECTION_REFUSED', 'unreachable'],
    ['net::ERR_NAME_NOT_RESOLVED', 'unreachable'],
    ['net::ERR_INTERNET_DISCONNECTED', 'unreachable'],
    ['net::ERR_CONNECTION_TIMED_OUT', 'unreachable'],
    ['net::ERR_HTTP_RESPONSE_CODE_FAILURE', 'login'],
    ['net::ERR_NETWORK_IO_SUSPENDED', 'unreachable'],
    ['net::ERR_DNS_TIMED_OUT', 'unreachable'],
    ['net::ERR_ABORTED', 'ignored'],
    ['net::ERR_CERT_DATE_INVALID', 'other'],
    ['', 'other'],
  ])('%s is %s', (error, kind) => {
    expect(classifyNetError(error)).toBe(kind);
  });

  it('are shown as the browser shows them', () => {
    expect(shownNetError('net::ERR_BAD_SSL_CLIENT_AUTH_CERT')).toBe('ERR_BAD_SSL_CLIENT_AUTH_CERT');
  });
});

describe('the end of the native port', () => {
  it.each([
    ['Specified native messaging host not found.', 'not-installed'],
    ['Access to the specified native messaging host is forbidden.', 'forbidden'],
    ['Native host has exited.', 'crashed'],
    ['Error when communicating with the native messaging host.', 'malformed'],
    [undefined, 'crashed'],
  ])('%s means %s', (words, failure) => {
    expect(failureFromLastError(words)).toBe(failure);
  });
});

describe('observations', () => {
  const card = (reader: string, insertion: number): Observation => ({
    subject: 'card',
    at: '2026-11-23T04:00:00.000Z',
    ms: 1,
    how: 'test',
    result: { outcome: 'observed', facts: { reader, insertion, applications: [], apdus: 0, cardMs: 0 } },
  });

  it('keep the latest card of each reader', () => {
    const seen = [card('a', 1), card('b', 1), card('a', 2)].reduce(withObservation, noObservations);
    expect(seen.cards.map(({ reader, insertion }) => `${reader}${insertion}`)).toEqual(['b1', 'a2']);
  });

  it('forget that a card could not be looked at when one is', () => {
    const unknown: Observation = {
      subject: 'card',
      at: '2026-11-23T04:00:00.000Z',
      ms: 1,
      how: 'test',
      result: { outcome: 'unknown', reason: 'timeout' },
    };
    const first = withObservation(noObservations, unknown);
    expect(first.cardUnknown).toBe('timeout');
    expect(withObservation(first, card('a', 1)).cardUnknown).toBeUndefined();
  });
});

describe('site probe', () => {
  const url = 'https://2nds.medis.or.jp/';

  it('takes any answer for an answer and compares the clocks', async () => {
    const date = new Date(Date.now() - 600_000).toUTCString();
    const site = await probeSite(url, async () => new Response(null, { status: 404, headers: { date } }));
    expect(site).toMatchObject({ state: 'answered', status: 404 });
    expect(Math.round((site as { skewMs: number }).skewMs / 60_000)).toBe(10);
  });

  it('sends no cookies and asks for nothing but the head', async () => {
    const asked: RequestInit[] = [];
    await probeSite(url, async (_, init) => {
      asked.push(init ?? {});
      return new Response(null);
    });
    expect(asked[0]).toMatchObject({ method: 'HEAD', credentials: 'omit', cache: 'no-store' });
  });

  it('tells a network that leads elsewhere from one that leads nowhere', async () => {
    const elsewhere = (async (_: unknown, init?: RequestInit) => {
      if (init?.redirect === 'follow') throw new TypeError('Failed to fetch');
      return { type: 'opaqueredirect' };
    }) as unknown as typeof fetch;
    const nowhere = (async () => {
      throw new TypeError('Failed to fetch');
    }) as typeof fetch;
    expect(await probeSite(url, elsewhere)).toMatchObject({ state: 'failed', redirected: true });
    expect(await probeSite(url, nowhere)).toMatchObject({
      state: 'failed',
      redirected: false,
      host: '2nds.medis.or.jp',
    });
  });
});
