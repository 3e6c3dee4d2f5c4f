import { describe, expect, it } from 'vitest';
import type { FactsOf, Observation, Subject } from '../../common/protocol/index.ts';
import { observation } from '../observers/observation.ts';
import { inspectionText } from './inspection-text.ts';
import { words } from './words.ts';

/** What a person reads of these facts, in both languages, line by line. */
function read<S extends Subject>(subject: S, facts: FactsOf<S>): Record<'ja' | 'en', string[]> {
  const observations = [observation(subject, 'fake', { outcome: 'observed', facts })] as Observation[];
  const inspection = {
    format: 'hpki-navi-inspection',
    version: 1,
    hostVersion: '0.1.0',
    platform: 'win32',
    node: 'v24.21.0',
    backend: 'koffi',
    at: '2026-11-25T00:00:00.000Z',
    observations,
    exitCode: 0,
  } as const;
  const lines = (language: 'ja' | 'en') => inspectionText(inspection, words[language]).split('\n');
  return { ja: lines('ja'), en: lines('en') };
}

describe('an inspection as text', () => {
  it('says how the services start, not only whether they run', () => {
    const propagation = { state: 'stopped', startType: 'disabled' } as const;
    const { ja, en } = read('pcsc-service', { state: 'stopped', startType: 'trigger', propagation });
    expect(en).toEqual([
      'PC/SC service: stopped (starts when needed)',
      'Certificate propagation (CertPropSvc): stopped (disabled)',
    ]);
    expect(ja[0]).toContain('必要なときに起動');
    expect(ja[1]).toMatch(/CertPropSvc.*無効/);
    expect(read('pcsc-service', { state: 'running' }).en).toEqual(['PC/SC service: running']);
  });

  const site = (skewMs?: number) =>
    read('site-certificate', {
      host: '2nds.medis.or.jp',
      subject: {},
      issuer: { commonName: 'X' },
      publiclyTrusted: true,
      ...(skewMs !== undefined && { skewMs }),
    });
  it.each([
    [3_600_400, "This PC's clock: 3600 s ahead of the server's", '3600秒進んでいます'],
    [-90_000, "This PC's clock: 90 s behind the server's", '90秒遅れています'],
    [900, "This PC's clock: agrees with the server's", '合っています'],
  ])('tells the clock against the server: %i ms', (skewMs, english, japanese) => {
    expect(site(skewMs).en[1]).toBe(english);
    expect(site(skewMs).ja[1]).toContain(japanese);
  });
  it('says nothing of a clock that could not be compared', () => {
    expect(site().en).toHaveLength(1);
  });

  it('tells virtual readers from physical ones', () => {
    const reader = { state: 'empty', inUse: false, insertion: 0 } as const;
    const readers = ['Windows Hello for Business 1', 'ACS ACR39U 0'].map((name) => ({ ...reader, name }));
    expect(read('readers', { readers }).en).toEqual([
      'Reader: Windows Hello for Business 1 (virtual reader, no card)',
      'Reader: ACS ACR39U 0 (no card)',
    ]);
  });

  it('names the card tools, also where no driver was found', () => {
    const tools = [{ name: 'HPKIカードツール', path: 'C:\\tool.lnk', how: 'Start menu' }];
    const { ja, en } = read('card-driver', { modules: [], tools });
    expect(en).toEqual(['Card drivers: none found', 'Card tool: HPKIカードツール (C:\\tool.lnk)']);
    expect(ja[1]).toBe('カードツール: HPKIカードツール（C:\\tool.lnk）');
  });

  it('tells a remote desktop by what it is known, or that it is not', () => {
    const session = { startedAt: '2026-11-25T00:00:00.000Z', processId: 1, name: 'chrome.exe' };
    const remote = { remoteDesktop: true, remoteBy: 'GlassSessionId' };
    expect(read('browser-session', { ...session, ...remote }).en[1]).toBe(
      'Remote desktop: yes (GlassSessionId)',
    );
    expect(read('browser-session', { ...session, remoteUnknown: 'no-permission' }).en[1]).toBe(
      'Remote desktop: unknown (no-permission)',
    );
  });
});
