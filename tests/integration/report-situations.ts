import type { CardFacts, DriverModule, Observation, Reader } from '../../common/protocol/index.ts';
import type { ReportedDrift, ReportedRegistration } from '../../common/report/schema.ts';
import { emptyTimeline, type Timeline, type TimelineEntry, withEntry } from '../../common/report/timeline.ts';
import type { HostFailure, Observations, SiteState, Situation } from '../../extension/judge/index.ts';
import type { Collected } from '../../extension/report/compose.ts';

/**
 * What people call about, as a report would be made from it. SYNTHETIC: put together from the manual's error guide and
 * from the complaints of users of comparable software, not recorded on anybody's PC.
 */
export interface Case {
  name: string;
  /** The manual's place, or the complaint it stands for. */
  after: string;
  collected: Collected;
  /** The cause that has to come first. */
  cause: string;
  /** A piece of the Japanese text that names what to do. */
  action: string;
}

export const at = '2026-11-23T04:00:00.000Z';
export const now = Date.parse(at);
const made = { at, ms: 3, how: 'winscard: SCardGetStatusChange' };
export const acr = 'ACS ACR39U ICC Reader 00 00';
const sony = 'SONY FeliCa Port/PaSoRi 4.0 0';

export function reader(name = acr, state: Reader['state'] = 'present', inUse = false): Reader {
  return { name, state, inUse, insertion: 1 };
}

type Profile = Extract<CardFacts['certificate'], { form: 'read' }>['profile'];

export function certificate(change: Partial<Profile> = {}): NonNullable<CardFacts['certificate']> {
  return {
    form: 'read',
    profile: {
      kind: 'hpki-authentication',
      subject: { commonName: '00100 JPATEST', serialNumber: 'T00100-jpa' },
      issuer: { commonName: 'HPKI-01-HPKI_JV2-forAuthentication-forIndividual', country: 'JP' },
      serialNumber: '01513B',
      notBefore: '2026-01-01T00:00:00.000Z',
      notAfter: '2031-01-01T00:00:00.000Z',
      keyUsage: ['digitalSignature'],
      extendedKeyUsage: [],
      policies: ['1.2.392.100495.1.5.1.1.0.1'],
      hcRoles: ['Pharmacist'],
      publicKey: { algorithm: 'rsa', bits: 2048 },
      fingerprint: 'a1'.repeat(32),
      ...change,
    },
  };
}

export function card(change: { [K in keyof CardFacts]?: CardFacts[K] | undefined } = {}): CardFacts {
  const facts = {
    reader: acr,
    insertion: 1,
    applications: [{ name: 'hpki-authentication', statusWord: '9000' }],
    certificate: certificate(),
    pin: { reference: '88', statusWord: '63CF' },
    apdus: 5,
    cardMs: 20,
    ...change,
  };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as CardFacts;
}

const driver: DriverModule = {
  kind: 'csp',
  family: 'hpki',
  name: 'HPKI Cryptographic Service Provider',
  path: 'C:\\Windows\\System32\\HpkiAuthP11_MPKCS11H.dll',
  how: 'HKLM\\SOFTWARE\\Microsoft\\Cryptography\\Defaults\\Provider',
  present: true,
};

export interface Seen {
  readers?: Reader[] | 'unknown';
  cards?: CardFacts[];
  service?: { state: 'running' | 'stopped' | 'absent'; startType?: 'disabled' | 'trigger' | 'manual' };
  modules?: DriverModule[];
  more?: Observation[];
}

function observations({
  readers = [reader()],
  cards = [card()],
  service = { state: 'running' },
  modules = [driver],
  more = [],
}: Seen): Observations {
  const observed = <S extends string, F>(subject: S, facts: F) => ({
    [subject]: { ...made, subject, result: { outcome: 'observed', facts } },
  });
  return {
    ...observed('pcsc-service', service),
    ...(readers === 'unknown'
      ? {
          readers: {
            ...made,
            subject: 'readers',
            result: { outcome: 'unknown', reason: 'service-unavailable' },
          },
        }
      : observed('readers', { readers })),
    ...observed('card-driver', { modules }),
    ...observed('browser-session', {
      startedAt: '2026-11-23T00:00:00.000Z',
      processId: 4321,
      name: 'msedge.exe',
    }),
    ...Object.fromEntries(more.map((observation) => [observation.subject, observation])),
    cards,
  } as Observations;
}

export function situation(change: Partial<Situation> = {}, seen: Seen = {}): Situation {
  return {
    now,
    browser: { name: 'Microsoft Edge', family: 'edge', siteAccess: true, extensionVersion: '0.1.0' },
    host: { state: 'connected', hostVersion: '0.1.0', platform: 'win32', complete: true },
    site: { state: 'answered', status: 200, skewMs: 400 },
    login: null,
    cardToken: null,
    quiet: false,
    observations: observations(seen),
    ...change,
  };
}

export function collected(change: Partial<Collected> = {}): Collected {
  return {
    by: 'extension',
    tokens: 'host',
    situation: situation(),
    journey: { phase: 'none', step: 'prepare' },
    error: null,
    drift: [],
    timeline: emptyTimeline,
    versions: { node: 'v24.21.0', arch: 'x64', backend: 'koffi', installType: 'normal' },
    ...change,
  };
}

export const timelineOf = (...entries: TimelineEntry[]): Timeline => entries.reduce(withEntry, emptyTimeline);

const hostFailed = (failure: HostFailure): Collected =>
  collected({
    situation: situation(
      { host: { state: 'failed', failure, hostVersion: '0.0.9' } },
      { readers: [], cards: [] },
    ),
  });
const atError = (id: string, step: string, change: Partial<Collected> = {}): Collected =>
  collected({ journey: { phase: 'error', step }, error: { id, data: {} }, ...change });
const seen = (facts: Seen, change: Partial<Situation> = {}): Collected =>
  collected({ situation: situation(change, facts) });
const atSite = (site: SiteState, more: Observation[] = []): Collected =>
  collected({ situation: situation({ site }, { more }) });
const denied = (facts: Seen): Collected => ({
  ...atError('access-denied', 'card-auth', { situation: situation({}, facts) }),
  error: { id: 'access-denied', data: { netError: 'ERR_BAD_SSL_CLIENT_AUTH_CERT' } },
});
const failedLogin = (change: Partial<NonNullable<Collected['failure']>>): Collected => ({
  ...denied({}),
  failure: {
    at: now,
    clicked: { at: now - 9500, tries: 15, troubles: [] },
    chooserSeen: false,
    triesAfter: null,
    atFailure: null,
    seen: [],
    ...change,
  },
});
const registered = (registrations: ReportedRegistration[]): Collected =>
  collected({ by: 'host', registrations, notLooked: ['browser', 'site', 'browser-session'] });
const drift: ReportedDrift = { at, step: 'choose-method', signs: ['menu', 'heading'] };

export const cases: readonly Case[] = [
  // The guide's errors.
  test(
    'access denied, no driver',
    'error guide 1',
    denied({ modules: [] }),
    'card-driver.none',
    'カードドライバをインストールしてください',
  ),
  test(
    'access denied, everything there',
    'error guide 1',
    denied({}),
    'access-denied',
    'リーダーライタ選択ツール',
  ),
  test(
    'access denied, two readers',
    'error guide 1',
    denied({ readers: [reader(), reader(sony, 'empty')] }),
    'driver-reader.unknown-several',
    '登録に使うリーダーだけ',
  ),
  test(
    'access denied, card slipped',
    'error guide 1',
    denied({ readers: [reader(acr, 'mute')], cards: [] }),
    'card-readable.mute',
    '奥まで入れ',
  ),
  test(
    'invalid registration on the phone, card put away',
    'error guide 2',
    atError('invalid-registration', 'phone-biometric', {
      situation: situation({}, { readers: [reader(acr, 'empty')], cards: [] }),
    }),
    'invalid-registration',
    '生体認証を実施してください',
  ),
  test(
    'no fingerprint enrolled',
    'manual (10)',
    atError('security-key-error', 'phone-biometric'),
    'security-key-error',
    '指紋または顔を登録',
  ),
  test(
    'the login’s host is down',
    'error guide 1, not reached',
    { ...failedLogin({}), error: { id: 'access-denied', data: { netError: 'ERR_CONNECTION_REFUSED' } } },
    'login.login-host-unreachable',
    '少し待って',
  ),
  test('code expired', 'manual (7)', atError('qr-expired', 'scan-qr'), 'qr-expired', '（2）からはじめます'),
  test('code used', 'manual (7)', atError('qr-used', 'scan-qr'), 'qr-used', '最初に読み取ったスマートフォン'),
  test(
    'next person in the same browser',
    'complaint 14',
    atError('other-person', 'card-auth'),
    'other-person',
    'ブラウザをすべて閉じて',
  ),
  test(
    'card pulled in the login',
    'design rule 6',
    atError('card-removed', 'enter-pin', {
      situation: situation({}, { readers: [reader(acr, 'empty')], cards: [] }),
    }),
    'card-removed',
    'ブラウザをすべて閉じて',
  ),
  test(
    'signature certificate chosen',
    'manual (5)',
    atError('signature-certificate', 'choose-certificate'),
    'signature-certificate',
    '認証用の証明書を選',
  ),
  test(
    'access denied after a wrong PIN',
    'error guide 1',
    failedLogin({ chooserSeen: true, triesAfter: 14, atFailure: [] }),
    'login.pin-wrong',
    'あと14回',
  ),
  test(
    'access denied without a chooser',
    'error guide 1',
    failedLogin({ at: now - 9000, triesAfter: 15, atFailure: [] }),
    'login.no-chooser',
    'リーダーライタ選択',
  ),
  // Complaints.
  test(
    'host not found after an update',
    'complaint 1',
    hostFailed('not-installed'),
    'host.not-installed',
    'を実行し',
  ),
  test(
    'host forbidden after the store id changed',
    'complaint 2',
    hostFailed('forbidden'),
    'host.forbidden',
    '（Setup.exe）をもう一度実行',
  ),
  test(
    'host killed by security software',
    'complaint 1',
    hostFailed('crashed'),
    'host.crashed',
    '（Setup.exe）をもう一度実行',
  ),
  test('host hangs', 'complaint 1', hostFailed('no-answer'), 'host.no-answer', 'セキュリティソフト'),
  test('host too old', 'complaint 3', hostFailed('too-old'), 'host.too-old', '（Setup.exe）を実行'),
  test(
    'only Windows Hello',
    'complaint 5',
    seen({ readers: [reader('Windows Hello for Business 1')], cards: [] }),
    'reader.virtual-only',
    'つな',
  ),
  test(
    'a card that is not known',
    'complaint 6',
    seen({
      cards: [
        card({
          applications: [
            { name: 'hpki-authentication', statusWord: '6A82' },
            { name: 'hpki-signature', statusWord: '6A82' },
            { name: 'jpki', statusWord: '6A82' },
          ],
          certificate: undefined,
          pin: undefined,
        }),
      ],
    }),
    'card-kind.foreign',
    'HPKIカード（薬剤師資格証）をセット',
  ),
  test(
    'the My Number card instead',
    'complaint 6',
    seen({
      cards: [
        card({
          applications: [
            { name: 'hpki-authentication', statusWord: '6A82' },
            { name: 'hpki-signature', statusWord: '6A82' },
            { name: 'jpki', statusWord: '9000' },
          ],
          certificate: undefined,
          pin: undefined,
        }),
      ],
    }),
    'card-kind.mynumber',
    'マイナンバーカードを抜いて',
  ),
  test(
    'which driver? none',
    'complaint 7',
    seen({ modules: [] }),
    'card-driver.none',
    'カードドライバをインストールしてください',
  ),
  test(
    'driver half uninstalled',
    'complaint 7',
    seen({ modules: [{ ...driver, present: false }] }),
    'card-driver.broken',
    'インストールし直して',
  ),
  test(
    'service disabled',
    'complaint 8',
    seen({ service: { state: 'stopped', startType: 'disabled' }, readers: [], cards: [] }),
    'pcsc-service.disabled',
    '有効にする',
  ),
  test(
    'dispensing system holds the reader',
    'complaint 9',
    seen({ readers: [reader(acr, 'exclusive', true)], cards: [] }),
    'card-readable.in-use',
    'レセコン',
  ),
  test(
    'no reader',
    'complaint 10',
    seen({ readers: [], cards: [] }),
    'reader.none',
    'カードリーダーをPCのUSBに',
  ),
  test(
    'card not inserted',
    'complaint 11',
    seen({ readers: [reader(acr, 'empty')], cards: [] }),
    'card-present.none',
    'カード',
  ),
  test(
    'extension not in any browser',
    'complaint 12',
    registered([{ browser: 'Microsoft Edge', manifest: 'right', extension: 'not-found' }]),
    'extension.not-found',
    '追加し',
  ),
  test(
    'host registered nowhere',
    'complaint 12',
    registered([{ browser: 'Google Chrome', manifest: 'absent', extension: 'found' }]),
    'host.not-installed',
    'を実行し',
  ),
  test(
    'stale login',
    'complaint 14',
    collected({
      situation: situation({
        login: { card: 'token-b', browserStartedAt: '2026-11-23T00:00:00.000Z', thisSession: true },
        cardToken: 'token-a',
      }),
    }),
    'browser-session.stale',
    'ブラウザのウィンドウをすべて閉じて',
  ),
  test(
    'turned off and tried again: the error is gone from the panel',
    'complaint 15',
    collected({
      timeline: timelineOf({
        at: now - 600_000,
        type: 'error',
        error: 'access-denied',
        netError: 'ERR_BAD_SSL_CLIENT_AUTH_CERT',
      }),
    }),
    'access-denied',
    'リーダーライタ選択ツール',
  ),
  test(
    'PIN locked',
    'complaint 4',
    seen({ cards: [card({ pin: { reference: '88', statusWord: '6983' } })] }),
    'pin.locked',
    '認証局にお問い合わせ',
  ),
  test(
    'certificate expired',
    'manual (1)',
    seen({ cards: [card({ certificate: certificate({ notAfter: '2026-11-01T00:00:00.000Z' }) })] }),
    'certificate-validity.expired',
    '認証局にお問い合わせ',
  ),
  test(
    'cable out',
    'manual (1)',
    atSite({ state: 'failed', host: '2nds.medis.or.jp', online: false, redirected: false }),
    'site.offline',
    'LANケーブル',
  ),
  test(
    'the site does not answer',
    'manual (1)',
    atSite({ state: 'failed', host: '2nds.medis.or.jp', online: true, redirected: false }),
    'site.unreachable',
    'もう一度確認する',
  ),
  test(
    'closed network',
    'manual (1)',
    atSite({ state: 'failed', host: '2nds.medis.or.jp', online: true, redirected: false }, [
      {
        ...made,
        subject: 'site-certificate',
        result: { outcome: 'unknown', reason: 'not-found', detail: 'ENOTFOUND getaddrinfo ENOTFOUND' },
      },
    ]),
    'site.closed-network',
    'インターネットにつながるPC',
  ),
  test(
    'network login',
    'manual (1)',
    atSite({ state: 'failed', host: '2nds.medis.or.jp', online: true, redirected: true }),
    'site.captive',
    'ログイン画面',
  ),
  test(
    'the site has changed',
    'refined-github',
    collected({ drift: [drift], journey: { phase: 'under-way', step: 'choose-method' } }),
    'drift.pages',
    '手引き',
  ),
  test(
    'at the phone, nothing wrong',
    'manual (8)',
    collected({
      journey: { phase: 'under-way', step: 'phone-login' },
      situation: situation({}, { readers: [reader(acr, 'empty')], cards: [] }),
    }),
    'phone.under-way',
    'スマートフォンの画面',
  ),
];

function test(name: string, after: string, from: Collected, cause: string, action: string): Case {
  return { name, after, collected: from, cause, action };
}
