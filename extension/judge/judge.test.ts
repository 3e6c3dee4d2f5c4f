import { describe, expect, it } from 'vitest';
import type { CardFacts, DriverModule, Reader } from '../../common/protocol/index.ts';
import { judge } from './judge.ts';
import type { CardLogin, HostState, Observations, SiteState, Situation } from './situation.ts';

const at = '2026-11-23T04:00:00.000Z';
const now = Date.parse(at);
const made = { at, ms: 1, how: 'recorded' } as const;
const acr = 'ACS ACR39U ICC Reader 00 00';
const sony = 'SONY FeliCa Port/PaSoRi 4.0 0';

function reader(name = acr, state: Reader['state'] = 'present', insertion = 1): Reader {
  return { name, state, inUse: false, insertion };
}

function card(change: Partial<CardFacts> = {}): CardFacts {
  return {
    reader: acr,
    insertion: 1,
    applications: [{ name: 'hpki-authentication', statusWord: '9000' }],
    certificate: certificate(),
    pin: { reference: '88', statusWord: '63CF' },
    apdus: 5,
    cardMs: 20,
    ...change,
  };
}

type Profile = Extract<CardFacts['certificate'], { form: 'read' }>['profile'];

function certificate(change: Partial<Profile> = {}): CardFacts['certificate'] {
  return {
    form: 'read',
    profile: {
      kind: 'hpki-authentication',
      subject: { commonName: '00100 JPATEST', serialNumber: 'T00100-jpa' },
      issuer: { commonName: 'HPKI-01-HPKI_JV2-forAuthentication-forIndividual' },
      serialNumber: '01513B',
      notBefore: '2026-01-01T00:00:00.000Z',
      notAfter: '2031-01-01T00:00:00.000Z',
      keyUsage: ['digitalSignature'],
      extendedKeyUsage: [],
      policies: [],
      hcRoles: [],
      publicKey: { algorithm: 'rsa', bits: 2048 },
      fingerprint: 'a'.repeat(64),
      ...change,
    },
  };
}

function module(change: Partial<DriverModule> = {}): DriverModule {
  return {
    kind: 'pkcs11',
    family: 'hpki',
    name: 'HpkiAuthP11_MPKCS11H.dll',
    how: 'recorded',
    present: true,
    ...change,
  };
}

interface Seen {
  readers?: Reader[] | 'unknown' | 'unseen';
  cards?: CardFacts[];
  service?:
    | { state: 'running' | 'stopped' | 'absent'; startType?: 'disabled' | 'trigger' | 'manual' }
    | 'unknown';
  modules?: DriverModule[] | 'not-supported-here' | 'timeout';
  browserStartedAt?: string;
}

function observations({
  readers = [reader()],
  cards = [card()],
  service = { state: 'running' },
  modules = [module()],
  browserStartedAt = '2026-11-23T00:00:00.000Z',
}: Seen = {}): Observations {
  const unknown = (reason: 'timeout' | 'not-supported-here' | 'service-unavailable') => ({
    outcome: 'unknown' as const,
    reason,
  });
  return {
    cards,
    'pcsc-service': {
      ...made,
      subject: 'pcsc-service',
      result: service === 'unknown' ? unknown('timeout') : { outcome: 'observed', facts: service },
    },
    ...(readers === 'unseen'
      ? {}
      : {
          readers: {
            ...made,
            subject: 'readers',
            result:
              readers === 'unknown'
                ? unknown('service-unavailable')
                : { outcome: 'observed', facts: { readers } },
          },
        }),
    'card-driver': {
      ...made,
      subject: 'card-driver',
      result: typeof modules === 'string' ? unknown(modules) : { outcome: 'observed', facts: { modules } },
    },
    'browser-session': {
      ...made,
      subject: 'browser-session',
      result: { outcome: 'observed', facts: { startedAt: browserStartedAt, processId: 1, name: 'chrome' } },
    },
  };
}

const connected = (platform: 'win32' | 'linux' = 'linux', complete = true): HostState => ({
  state: 'connected',
  hostVersion: '0.1.0',
  platform,
  complete,
});

function situation(change: Partial<Situation> = {}, seen: Seen = {}): Situation {
  return {
    now,
    browser: { name: 'Microsoft Edge', family: 'edge', siteAccess: true, extensionVersion: '0.1.0' },
    host: connected(),
    observations: observations(seen),
    site: { state: 'answered', status: 200, skewMs: 0 },
    login: null,
    cardToken: 'token-a',
    quiet: false,
    ...change,
  };
}

const found = (it: Situation, check: string) => judge(it).checks.find((one) => one.check === check);

describe('a pharmacy where everything is right', () => {
  it('is ready, with every check of the tree shown in order', () => {
    const { verdict, checks, foremost } = judge(situation());
    expect(verdict).toBe('ready');
    expect(foremost).toBeUndefined();
    expect(checks.map(({ check, status }) => `${check} ${status}`)).toEqual([
      'browser pass',
      'host pass',
      'pcsc-service pass',
      'reader pass',
      'card-present pass',
      'card-readable pass',
      'card-kind pass',
      'certificate pass',
      'certificate-validity pass',
      'pin pass',
      'certificate-store skipped',
      'card-driver pass',
      'driver-reader skipped',
      'site pass',
      'browser-session pass',
    ]);
  });

  it('needs no hcRole: MEDIS issues certificates without one', () => {
    const cards = [card({ certificate: certificate({ hcRoles: [] }) })];
    expect(judge(situation({}, { cards })).verdict).toBe('ready');
  });
});

describe('what is found, in recorded and constructed situations', () => {
  const table: [string, Situation, string, string, string][] = [
    [
      'host not installed',
      situation({ host: { state: 'failed', failure: 'not-installed' } }),
      'host',
      'fail',
      'host.not-installed',
    ],
    [
      'host of another store id',
      situation({ host: { state: 'failed', failure: 'forbidden' } }),
      'host',
      'fail',
      'host.forbidden',
    ],
    [
      'older host',
      situation({ host: { state: 'failed', failure: 'too-old', hostVersion: '0.0.9' } }),
      'host',
      'fail',
      'host.too-old',
    ],
    [
      'newer host',
      situation({ host: { state: 'failed', failure: 'extension-too-old', hostVersion: '2.0' } }),
      'host',
      'fail',
      'host.extension-too-old',
    ],
    [
      'host killed',
      situation({ host: { state: 'failed', failure: 'crashed' } }),
      'host',
      'fail',
      'host.crashed',
    ],
    [
      'host hangs',
      situation({ host: { state: 'failed', failure: 'no-answer' } }),
      'host',
      'fail',
      'host.no-answer',
    ],
    ['host starting', situation({ host: { state: 'connecting' } }), 'host', 'unknown', 'host.checking'],
    [
      'service disabled',
      situation({}, { service: { state: 'stopped', startType: 'disabled' } }),
      'pcsc-service',
      'fail',
      'pcsc-service.disabled',
    ],
    [
      'pcscd stopped on Linux',
      situation({}, { service: { state: 'stopped' } }),
      'pcsc-service',
      'fail',
      'pcsc-service.stopped',
    ],
    [
      'no pcscd',
      situation({}, { service: { state: 'absent' } }),
      'pcsc-service',
      'fail',
      'pcsc-service.absent',
    ],
    [
      'service hidden',
      situation({}, { service: 'unknown' }),
      'pcsc-service',
      'unknown',
      'pcsc-service.unknown',
    ],
    [
      'Windows stops the service without readers',
      situation(
        { host: connected('win32') },
        { service: { state: 'stopped', startType: 'manual' }, readers: [] },
      ),
      'reader',
      'fail',
      'reader.none',
    ],
    [
      'trigger-started service without readers',
      situation({}, { service: { state: 'stopped', startType: 'trigger' }, readers: [] }),
      'reader',
      'fail',
      'reader.none',
    ],
    ['no reader', situation({}, { readers: [], cards: [] }), 'reader', 'fail', 'reader.none'],
    [
      'only Windows Hello',
      situation({}, { readers: [reader('Windows Hello for Business 1', 'present')], cards: [] }),
      'reader',
      'fail',
      'reader.virtual-only',
    ],
    [
      'reader without power',
      situation({}, { readers: [reader(acr, 'unavailable')], cards: [] }),
      'reader',
      'fail',
      'reader.unavailable',
    ],
    [
      'readers hidden',
      situation({}, { readers: 'unknown', cards: [] }),
      'reader',
      'unknown',
      'reader.unknown',
    ],
    [
      'empty reader',
      situation({}, { readers: [reader(acr, 'empty')], cards: [] }),
      'card-present',
      'fail',
      'card-present.none',
    ],
    [
      'a card only in a virtual reader',
      situation({}, { readers: [reader(acr, 'empty'), reader('Windows Hello 1')], cards: [] }),
      'card-present',
      'fail',
      'card-present.none',
    ],
    [
      'two HPKI cards',
      situation({}, { readers: [reader(), reader(sony)], cards: [card(), card({ reader: sony })] }),
      'card-present',
      'fail',
      'card-present.several',
    ],
    [
      'two cards, one not read yet',
      situation({}, { readers: [reader(), reader(sony)], cards: [card()] }),
      'card-present',
      'unknown',
      'card-present.checking',
    ],
    [
      'card the wrong way round',
      situation({}, { readers: [reader(acr, 'mute')], cards: [] }),
      'card-readable',
      'fail',
      'card-readable.mute',
    ],
    [
      'dispensing system holds the card',
      situation({}, { readers: [reader(acr, 'exclusive')], cards: [] }),
      'card-readable',
      'fail',
      'card-readable.in-use',
    ],
    ['being read', situation({}, { cards: [] }), 'card-readable', 'unknown', 'card-readable.checking'],
    [
      'facts of an earlier insertion',
      situation({}, { readers: [reader(acr, 'present', 2)] }),
      'card-readable',
      'unknown',
      'card-readable.checking',
    ],
    [
      'inserted during a login',
      situation({ quiet: true }, { cards: [] }),
      'card-readable',
      'unknown',
      'card-readable.quiet',
    ],
    ['card does not answer', stoppedBy('mute'), 'card-readable', 'fail', 'card-readable.mute'],
    ['card reset twice', stoppedBy('reset'), 'card-readable', 'fail', 'card-readable.disturbed'],
    ['card too slow', stoppedBy('timeout'), 'card-readable', 'fail', 'card-readable.timeout'],
    ['card pulled while read', stoppedBy('removed'), 'card-readable', 'fail', 'card-readable.removed'],
    ['card taken alone by another', stoppedBy('exclusive'), 'card-readable', 'fail', 'card-readable.in-use'],
    ['card talks nonsense', stoppedBy('protocol'), 'card-readable', 'fail', 'card-readable.protocol'],
    ['PC/SC went away', stoppedBy('service'), 'card-readable', 'unknown', 'card-readable.unknown'],
    ['our gate refused', stoppedBy('refused'), 'card-readable', 'unknown', 'card-readable.unknown'],
    [
      'My Number card',
      kind({ 'hpki-authentication': '6A82', 'hpki-signature': '6A82', jpki: '9000' }),
      'card-kind',
      'fail',
      'card-kind.mynumber',
    ],
    [
      'signature only',
      kind({ 'hpki-authentication': '6A82', 'hpki-signature': '9000' }),
      'card-kind',
      'fail',
      'card-kind.signature-only',
    ],
    [
      'bank card',
      kind({ 'hpki-authentication': '6A82', 'hpki-signature': '6A82', jpki: '6A82' }),
      'card-kind',
      'fail',
      'card-kind.foreign',
    ],
    ['application blocked', kind({ 'hpki-authentication': '6283' }), 'card-kind', 'fail', 'card-kind.closed'],
    ['application not asked', kind({}), 'card-kind', 'unknown', 'card-kind.unknown'],
    [
      "a doctor's card",
      withCard({
        certificate: certificate({ subject: { commonName: 'JMACombi', serialNumber: 'TESTC20766' } }),
      }),
      'card-kind',
      'pass',
      'card-kind.other-association',
    ],
    [
      'no certificate',
      withCard({ certificate: { form: 'malformed', code: 'absent', length: 0 } }),
      'certificate',
      'fail',
      'certificate.absent',
    ],
    [
      'cut certificate',
      withCard({ certificate: { form: 'malformed', code: 'not-der', length: 12 } }),
      'certificate',
      'fail',
      'certificate.malformed',
    ],
    [
      'signature certificate in its place',
      withCard({ certificate: certificate({ kind: 'hpki-signature' }) }),
      'certificate',
      'fail',
      'certificate.signature',
    ],
    [
      'unknown authority',
      withCard({ certificate: certificate({ kind: 'other' }) }),
      'certificate',
      'warn',
      'certificate.unrecognised',
    ],
    [
      'no registration number',
      withCard({ certificate: certificate({ subject: { commonName: 'x' } }) }),
      'certificate',
      'warn',
      'certificate.no-username',
    ],
    [
      'expired',
      withCard({ certificate: certificate({ notAfter: '2026-11-22T14:59:59.000Z' }) }),
      'certificate-validity',
      'fail',
      'certificate-validity.expired',
    ],
    [
      '29 days left',
      withCard({ certificate: certificate({ notAfter: '2026-12-22T14:59:59.000Z' }) }),
      'certificate-validity',
      'warn',
      'certificate-validity.expiring',
    ],
    [
      '30 days left',
      withCard({ certificate: certificate({ notAfter: '2026-12-23T14:59:59.000Z' }) }),
      'certificate-validity',
      'pass',
      'certificate-validity.ok',
    ],
    [
      'not valid yet',
      withCard({ certificate: certificate({ notBefore: '2026-12-01T00:00:00.000Z' }) }),
      'certificate-validity',
      'fail',
      'certificate-validity.not-yet',
    ],
    ['PIN locked', pin('6983'), 'pin', 'fail', 'pin.locked'],
    ['PIN blocked IEF', pin('6984'), 'pin', 'fail', 'pin.locked'],
    ['no tries left', pin('63C0'), 'pin', 'fail', 'pin.locked'],
    ['one try left', pin('63C1'), 'pin', 'warn', 'pin.one-left'],
    ['three tries left', pin('63C3'), 'pin', 'warn', 'pin.few-left'],
    ['four tries left', pin('63C4'), 'pin', 'pass', 'pin.ok'],
    ['verified by another program', pin('9000'), 'pin', 'pass', 'pin.verified'],
    ['a counter that is not told', pin('6300'), 'pin', 'unknown', 'pin.unknown'],
    ['no PIN object', withCard({ pin: undefined }), 'pin', 'unknown', 'pin.unknown'],
    [
      'no driver',
      situation({ host: connected('win32') }, { modules: [] }),
      'card-driver',
      'fail',
      'card-driver.none',
    ],
    [
      'only the My Number software',
      situation({ host: connected('win32') }, { modules: [module({ family: 'jpki' })] }),
      'card-driver',
      'fail',
      'card-driver.none',
    ],
    [
      'driver file gone',
      situation({ host: connected('win32') }, { modules: [module({ present: false })] }),
      'card-driver',
      'fail',
      'card-driver.broken',
    ],
    [
      'uninstall entry alone',
      situation({ host: connected('win32') }, { modules: [module({ kind: 'uninstall-entry' })] }),
      'card-driver',
      'fail',
      'card-driver.broken',
    ],
    [
      'OpenSC on Windows',
      situation({ host: connected('win32') }, { modules: [module({ family: 'stand-in', name: 'OpenSC' })] }),
      'card-driver',
      'warn',
      'card-driver.stand-in-only',
    ],
    [
      'OpenSC on Linux',
      situation({}, { modules: [module({ family: 'stand-in', name: 'OpenSC' })] }),
      'card-driver',
      'pass',
      'card-driver.stand-in',
    ],
    [
      'driver not looked for here',
      situation({}, { modules: 'not-supported-here' }),
      'card-driver',
      'skipped',
      'card-driver.unknown',
    ],
    [
      'driver search timed out',
      situation({}, { modules: 'timeout' }),
      'card-driver',
      'unknown',
      'card-driver.unknown',
    ],
    [
      'reader selection on Windows',
      situation({ host: connected('win32') }),
      'driver-reader',
      'unknown',
      'driver-reader.unknown',
    ],
    [
      'several readers on Windows',
      situation({ host: connected('win32') }, { readers: [reader(), reader(sony, 'empty')] }),
      'driver-reader',
      'unknown',
      'driver-reader.unknown-several',
    ],
    [
      'cable out',
      atSite({ state: 'failed', host: 'h', online: false, redirected: false }),
      'site',
      'fail',
      'site.offline',
    ],
    [
      'the site does not answer the browser',
      atSite({ state: 'failed', host: 'h', online: true, redirected: false }),
      'site',
      'fail',
      'site.unreachable',
    ],
    [
      'network login',
      atSite({ state: 'failed', host: 'h', online: true, redirected: true }),
      'site',
      'fail',
      'site.captive',
    ],
    ['network login by status', atSite({ state: 'answered', status: 511 }), 'site', 'fail', 'site.captive'],
    ['server in trouble', atSite({ state: 'answered', status: 503 }), 'site', 'warn', 'site.in-trouble'],
    [
      'clock 20 minutes ahead',
      atSite({ state: 'answered', status: 200, skewMs: 20 * 60_000 }),
      'site',
      'warn',
      'site.clock-skew',
    ],
    ['site not there but answering', atSite({ state: 'answered', status: 404 }), 'site', 'pass', 'site.ok'],
    ['site being tried', atSite({ state: 'checking' }), 'site', 'unknown', 'site.checking'],
    [
      'Brave',
      situation({ browser: { name: 'Brave', family: 'other', siteAccess: true, extensionVersion: '0' } }),
      'browser',
      'warn',
      'browser.other',
    ],
    [
      'site access withheld',
      situation({
        browser: { name: 'Microsoft Edge', family: 'edge', siteAccess: false, extensionVersion: '0' },
      }),
      'browser',
      'warn',
      'browser.site-access-withheld',
    ],
    [
      'another card after a login',
      loggedIn({ card: 'token-b' }),
      'browser-session',
      'fail',
      'browser-session.stale',
    ],
    [
      'the same card after a login',
      loggedIn({ card: 'token-a' }),
      'browser-session',
      'pass',
      'browser-session.same-card',
    ],
    [
      'no card after a login',
      loggedIn({ card: 'token-a' }, null),
      'browser-session',
      'warn',
      'browser-session.used',
    ],
    [
      'another browser process',
      loggedIn({ thisSession: false, browserStartedAt: '2026-11-22T00:00:00.000Z' }),
      'browser-session',
      'pass',
      'browser-session.ok',
    ],
    [
      'the same process, extension reloaded',
      loggedIn({ card: 'token-b', thisSession: false }),
      'browser-session',
      'fail',
      'browser-session.stale',
    ],
    [
      'a process that was never seen',
      loggedIn({ thisSession: false, browserStartedAt: null }),
      'browser-session',
      'unknown',
      'browser-session.unknown',
    ],
  ];

  it.each(table)('%s', (_, it, check, status, reason) => {
    expect(found(it, check)).toMatchObject({ check, status, reason });
  });

  function withCard(change: { [K in keyof CardFacts]?: CardFacts[K] | undefined }): Situation {
    return situation({}, { cards: [{ ...card(), ...change } as CardFacts] });
  }
  function kind(words: Record<string, string>): Situation {
    const applications = Object.entries(words).map(([name, statusWord]) => ({ name, statusWord }));
    return withCard({
      applications: applications as CardFacts['applications'],
      certificate: undefined,
      pin: undefined,
    });
  }
  function stoppedBy(by: NonNullable<CardFacts['stopped']>['by']): Situation {
    return withCard({
      applications: [],
      certificate: undefined,
      pin: undefined,
      stopped: { by, afterApdus: 2 },
    });
  }
  function pin(statusWord: string): Situation {
    return withCard({ pin: { reference: '88', statusWord } });
  }
  function atSite(site: SiteState): Situation {
    return situation({ site });
  }
  function loggedIn(change: Partial<CardLogin>, cardToken: string | null = 'token-a'): Situation {
    const login = {
      card: 'token-a',
      browserStartedAt: '2026-11-23T00:00:01.000Z',
      thisSession: true,
      ...change,
    };
    return situation({ login, cardToken });
  }
});

describe('the tree', () => {
  it('hides what is below a failure and keeps its siblings', () => {
    const ids = judge(situation({}, { readers: [], cards: [] })).checks.map(({ check }) => check);
    expect(ids).toContain('reader');
    expect(ids).not.toContain('card-present');
    expect(ids).not.toContain('driver-reader');
    expect(ids).toContain('card-driver');
    expect(ids).toContain('site');
  });

  it('hides everything of the host without one', () => {
    const ids = judge(situation({ host: { state: 'failed', failure: 'not-installed' } })).checks.map(
      (it) => it.check,
    );
    expect(ids).toEqual(['browser', 'host', 'site', 'browser-session']);
  });

  it('shows an unknown once, not for everything that follows from it', () => {
    const { checks } = judge(situation({}, { readers: 'unknown', cards: [] }));
    expect(checks.filter(({ status }) => status === 'unknown').map(({ check }) => check)).toEqual(['reader']);
  });

  it('takes the HPKI card when a second reader holds a My Number card', () => {
    const mynumber = card({ reader: sony, applications: [{ name: 'jpki', statusWord: '9000' }] });
    const both = situation({}, { readers: [reader(sony), reader()], cards: [mynumber, card()] });
    expect(judge(both).verdict).toBe('ready');
    expect(found(both, 'card-present')?.data['count']).toBe(2);
  });

  it('keeps the certificate of a card whose PIN could not be asked for', () => {
    const half = card({ stopped: { by: 'removed', afterApdus: 6 } });
    delete half.pin;
    const it = situation({}, { cards: [half] });
    expect(found(it, 'certificate')?.status).toBe('pass');
    expect(found(it, 'pin')?.status).toBe('unknown');
  });
});

describe('the verdict', () => {
  it('is blocked by what was observed to fail, also while the rest is being looked at', () => {
    const it = situation({ site: { state: 'checking' } }, { readers: [], cards: [] });
    expect(judge(it)).toMatchObject({ verdict: 'blocked', foremost: { reason: 'reader.none' } });
  });

  it('is never blocked, and never ready, by what could not be observed', () => {
    const it = situation({}, { modules: 'timeout' });
    expect(judge(it)).toMatchObject({ verdict: 'warning', foremost: { reason: 'card-driver.unknown' } });
  });

  it('waits for what is being looked at', () => {
    expect(judge(situation({ site: { state: 'checking' } }))).toMatchObject({ verdict: 'checking' });
    expect(
      judge(situation({ host: connected('linux', false) }, { readers: 'unseen', cards: [] })),
    ).toMatchObject({
      verdict: 'checking',
      foremost: { reason: 'reader.checking' },
    });
  });

  it('ends waiting when the host has told everything', () => {
    expect(judge(situation({}, { readers: 'unseen', cards: [] })).verdict).toBe('warning');
  });

  it("believes the server's clock over the PC's about the certificate", () => {
    const years = 6 * 365 * 24 * 60 * 60 * 1000;
    const it = situation({ now: now + years, site: { state: 'answered', status: 200, skewMs: years } });
    expect(found(it, 'certificate-validity')?.reason).toBe('certificate-validity.clock-wrong');
    expect(judge(it).verdict).toBe('warning');
  });
});

describe('what the host sees beyond the desk', () => {
  type More = Partial<Observations>;
  const seen = (subject: string, facts: unknown) =>
    ({ [subject]: { ...made, subject, result: { outcome: 'observed', facts } } }) as More;
  const on = (platform: 'win32' | 'linux', more: More, base: Seen = {}): Situation => {
    const it = situation({ host: connected(platform) }, base);
    return { ...it, observations: { ...it.observations, ...more } };
  };
  const session = (facts: object) =>
    seen('browser-session', { startedAt: at, processId: 1, name: 'msedge.exe', ...facts });

  it('who may hold the card is named, the first three, and decides nothing', () => {
    const held = { readers: [reader(acr, 'exclusive')], cards: [] };
    const programs = (...names: string[]) =>
      seen('card-holders', {
        candidates: names.map((name) => ({ name, processes: 1 })),
        unseen: 2,
      });
    const finding = (more: More, base: Seen = held) =>
      judge(on('win32', more, base)).checks.find(({ check }) => check === 'card-readable');
    expect(finding(programs('a.exe', 'b.exe', 'c.exe', 'd.exe'))).toMatchObject({
      status: 'fail',
      reason: 'card-readable.in-use-by',
      data: { programs: 'a.exe, b.exe, c.exe' },
    });
    expect(finding(programs())).toMatchObject({ status: 'fail', reason: 'card-readable.in-use' });
    expect(finding(programs('a.exe'), {})).toMatchObject({ status: 'pass' });
  });

  describe('the card driver', () => {
    const only32 = { modules: [module({ bits: 32 })] };

    it('of another word size than the browser fails; where the browser is not seen, warns', () => {
      const data = { found: 32, needed: 64 };
      expect(found(on('win32', session({ bits: 64 }), only32), 'card-driver')).toMatchObject({
        status: 'fail',
        reason: 'card-driver.wrong-bits',
        data,
      });
      expect(found(on('win32', {}, only32), 'card-driver')).toMatchObject({ status: 'warn', data });
      expect(found(on('win32', session({ bits: 32 }), only32), 'card-driver')).toMatchObject({
        status: 'pass',
      });
    });

    it('is not there because the system knows the card or lists a program', () => {
      const modules = [module({ kind: 'calais' }), module({ kind: 'uninstall-entry' })];
      expect(found(on('win32', {}, { modules }), 'card-driver')).toMatchObject({ status: 'fail' });
    });
  });

  describe("the driver's choice of reader", () => {
    const choice = (value: string, formerReaders: string[] = []) =>
      seen('driver-reader', { candidates: [{ place: 'p', value, confidence: 'low' }], formerReaders });

    it('warns of another reader, present or past, and never blocks', () => {
      expect(found(on('win32', choice(sony, [sony])), 'driver-reader')).toMatchObject({
        status: 'warn',
        reason: 'driver-reader.hint-other',
        data: { selected: sony, reader: acr },
      });
      const two = { readers: [reader(), reader(sony, 'empty')] };
      expect(found(on('win32', choice(sony), two), 'driver-reader')).toMatchObject({ status: 'warn' });
    });

    it('is no more than a hint when it fits, in whatever socket the reader was', () => {
      expect(found(on('win32', choice('ACS ACR39U ICC Reader 01 00')), 'driver-reader')).toMatchObject({
        status: 'unknown',
        reason: 'driver-reader.hint-same',
      });
    });

    it('says nothing from a text that is no reader known here', () => {
      expect(found(on('win32', choice('Some Reader 0')), 'driver-reader')).toMatchObject({
        status: 'unknown',
        reason: 'driver-reader.unknown',
      });
    });
  });

  describe('the certificate store', () => {
    const entry = (change: object = {}) => ({
      fingerprint: 'a'.repeat(64),
      issuer: 'HPKI-01-HPKI_JV2-forAuthentication-forIndividual',
      serialNumber: '01513B',
      notAfter: at,
      privateKey: true,
      ...change,
    });
    const store = (certificates: object[], change: object = {}) =>
      seen('certificate-store', { store: 'windows-my', certificates, others: 3, ...change });
    const another = { fingerprint: 'b'.repeat(64) };

    it.each([
      ['pass', 'certificate-store.ok', [entry()]],
      ['warn', 'certificate-store.absent', []],
      ['warn', 'certificate-store.only-others', [entry(another)]],
      ['warn', 'certificate-store.absent', [entry({ ...another, privateKey: false })]],
      ['warn', 'certificate-store.no-key', [entry({ privateKey: false })]],
      ['warn', 'certificate-store.others', [entry(), entry(another)]],
      [
        'pass',
        'certificate-store.ok',
        [entry(), entry({ ...another, issuer: 'HPKI-01-HPKI_JV2-forNonRepudiation' })],
      ],
    ])('is %s, %s', (status, reason, certificates) => {
      expect(found(on('win32', store(certificates)), 'certificate-store')).toMatchObject({ status, reason });
    });

    it('tells how many certificates of other cards are offered, and which one is meant', () => {
      expect(found(on('win32', store([entry(another)])), 'certificate-store')?.data).toEqual({
        count: 1,
        serialNumber: '01513B',
      });
      const nss = { store: 'nss', modules: [{ name: 'OpenSC', database: 'd', present: true }] };
      expect(found(on('linux', store([entry(another)], nss)), 'certificate-store')).toMatchObject({
        reason: 'certificate-store.others',
        data: { count: 1 },
      });
    });

    it('is being looked at until the host has told everything', () => {
      const it = { ...situation(), host: connected('win32', false) };
      expect(found(it, 'certificate-store')).toMatchObject({
        status: 'unknown',
        reason: 'certificate-store.checking',
      });
      expect(found(situation({ host: connected('win32') }), 'certificate-store')).toMatchObject({
        reason: 'certificate-store.not-examined',
      });
    });

    it('on Linux is the module that the browser has registered', () => {
      const nss = (present: boolean) =>
        store([], { store: 'nss', modules: [{ name: 'OpenSC', database: 'd', present }] });
      expect(found(on('linux', nss(true)), 'certificate-store')).toMatchObject({
        status: 'pass',
        reason: 'certificate-store.module',
      });
      expect(found(on('linux', nss(false)), 'certificate-store')).toMatchObject({
        status: 'warn',
        reason: 'certificate-store.no-module',
      });
    });

    it('that could not be seen is unknown, and does not block', () => {
      const unseen: More = {
        'certificate-store': {
          ...made,
          subject: 'certificate-store',
          result: { outcome: 'unknown', reason: 'timeout' },
        },
      };
      const { verdict, checks } = judge(on('linux', unseen));
      expect(checks.find(({ check }) => check === 'certificate-store')).toMatchObject({ status: 'unknown' });
      expect(verdict).toBe('warning');
    });

    it('makes up for a certificate propagation that is switched off', () => {
      const off = seen('pcsc-service', {
        state: 'running',
        propagation: { state: 'stopped', startType: 'disabled' },
      });
      const status = (certificates: object[]) =>
        found(on('win32', { ...off, ...store(certificates) }), 'pcsc-service')?.status;
      expect(status([])).toBe('warn');
      expect(status([entry()])).toBe('pass');
    });
  });

  describe('a reader that PC/SC does not show', () => {
    const none: Seen = { readers: [], cards: [] };
    const usb = (change: object) =>
      seen('usb-readers', {
        devices: [{ vendor: '072f', product: '90cc', name: 'ACR39U', by: 'class', how: 'h', ...change }],
      });

    it('lacks its driver', () => {
      expect(found(on('win32', usb({ problem: 28 }), none), 'reader')).toMatchObject({
        status: 'fail',
        reason: 'reader.driver-missing',
        data: { device: 'ACR39U' },
      });
    });

    it('is disabled', () => {
      expect(found(on('win32', usb({ driver: 'WUDFRd', problem: 22 }), none), 'reader')).toMatchObject({
        status: 'fail',
        reason: 'reader.disabled',
        data: { device: 'ACR39U' },
      });
    });

    it('is told beside one that works, as long as no HPKI card is seen there', () => {
      const broken = usb({ problem: 28 });
      const beside = (base: Seen) => found(on('win32', broken, base), 'reader');
      expect(beside({ readers: [reader(sony, 'empty')], cards: [] })).toMatchObject({
        status: 'warn',
        reason: 'reader.another-unusable',
        data: { device: 'ACR39U', reader: sony },
      });
      const mynumber = card({ applications: [{ name: 'jpki', statusWord: '9000' }] });
      expect(beside({ cards: [mynumber] })?.reason).toBe('reader.another-unusable');
      expect(beside({})?.reason).toBe('reader.ok');
      // A card that is still being read may be the one.
      expect(beside({ cards: [] })?.reason).toBe('reader.ok');
    });

    it('has its driver and is not taken by the service, or the service sleeps', () => {
      expect(found(on('win32', usb({ driver: 'WUDFRd' }), none), 'reader')).toMatchObject({
        reason: 'reader.not-taken',
      });
      const stopped: Seen = { ...none, service: { state: 'stopped', startType: 'trigger' } };
      expect(found(on('win32', usb({ driver: 'WUDFRd' }), stopped), 'reader')).toMatchObject({
        reason: 'reader.service-asleep',
      });
    });

    it('is elsewhere in a remote desktop session', () => {
      expect(found(on('win32', session({ remoteDesktop: true }), none), 'reader')).toMatchObject({
        reason: 'reader.remote-desktop',
      });
    });
  });

  describe("administrators' and security software's hands", () => {
    const policy = (pattern: string, browser: string) =>
      seen('policies', {
        policies: [
          {
            browser,
            scope: 'machine',
            name: 'AutoSelectCertificateForUrls',
            values: ['not json', JSON.stringify({ pattern, filter: {} })],
            how: 'h',
          },
        ],
      });

    it.each([
      ['https://mahpki-auth.2nds.medis.or.jp', 'edge', 'warn'],
      ['https://[*.]medis.or.jp', 'edge', 'warn'],
      ['[*.]2nds.medis.or.jp:443', 'edge', 'warn'],
      ['*', 'edge', 'warn'],
      ['https://medis.or.jp', 'edge', 'pass'],
      ['https://[*.]dis.or.jp', 'edge', 'pass'],
      ['http://mahpki-auth.2nds.medis.or.jp', 'edge', 'pass'],
      ['*', 'chrome', 'pass'],
    ])('a certificate chosen for %s in %s: %s', (pattern, browser, status) => {
      expect(found(on('win32', policy(pattern, browser)), 'browser')).toMatchObject({ status });
    });

    const issued = (issuer: object, change: object = {}) =>
      seen('site-certificate', { host: 'h', subject: {}, issuer, publiclyTrusted: false, ...change });

    it('TLS inspection is named where it is known, told with its name where not', () => {
      expect(found(on('win32', issued({ commonName: 'ESET SSL Filter CA' })), 'site')).toMatchObject({
        status: 'warn',
        reason: 'site.inspected',
        data: { product: 'ESET' },
      });
      expect(found(on('win32', issued({ commonName: 'proxy.pharmacy.local' })), 'site')).toMatchObject({
        status: 'warn',
        reason: 'site.inspected-by-unknown',
        data: { issuer: 'proxy.pharmacy.local' },
      });
      const trusted = issued({ commonName: 'Avast' }, { publiclyTrusted: true });
      expect(found(on('win32', trusted), 'site')).toMatchObject({ status: 'pass' });
    });

    it('a certificate that is out of date or names another host is no inspection', () => {
      const because = (authorizationError: string, commonName = 'SECOM Passport for Web SR 3.0 CA') =>
        found(on('win32', issued({ commonName }, { authorizationError })), 'site')?.reason;
      expect(because('CERT_HAS_EXPIRED')).toBe('site.issuer-unverified');
      expect(because('ERR_TLS_CERT_ALTNAME_INVALID')).toBe('site.issuer-unverified');
      expect(because('SELF_SIGNED_CERT_IN_CHAIN', 'proxy.pharmacy.local')).toBe('site.inspected-by-unknown');
      // A forgotten intermediate, unless the name says otherwise.
      expect(because('UNABLE_TO_VERIFY_LEAF_SIGNATURE')).toBe('site.issuer-unverified');
      expect(because('UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'ESET SSL Filter CA')).toBe('site.inspected');
    });

    describe("when the browser's request fails", () => {
      const failed: SiteState = { state: 'failed', host: 'h', online: true, redirected: false };
      const unreached = (reason: string) =>
        ({
          'site-certificate': {
            ...made,
            subject: 'site-certificate',
            result: { outcome: 'unknown', reason },
          },
        }) as More;
      const site = (more: More, change: Partial<typeof failed> = {}) =>
        found({ ...on('win32', more), site: { ...failed, ...change } }, 'site');
      const year = 365 * 24 * 60 * 60 * 1000;
      const expired = { skewMs: year, authorizationError: 'CERT_HAS_EXPIRED' };

      it('a clock that is off comes first, then TLS inspection', () => {
        expect(site(issued({ commonName: 'ESET SSL Filter CA' }, expired))).toMatchObject({
          status: 'fail',
          reason: 'site.clock-wrong',
          data: { time: '2025-11-23 13:00' },
        });
        expect(site(issued({ commonName: 'ESET SSL Filter CA' }))).toMatchObject({
          status: 'fail',
          reason: 'site.inspected',
          data: { product: 'ESET' },
        });
      });

      it.each([
        ['the host reaches it', issued({}, { publiclyTrusted: true }), 'site.unreachable'],
        [
          'an expired certificate',
          issued({}, { authorizationError: 'CERT_HAS_EXPIRED' }),
          'site.unreachable',
        ],
        ['no address or no route', unreached('not-found'), 'site.closed-network'],
        ['no answer', unreached('timeout'), 'site.closed-network'],
        ['refused', unreached('failed'), 'site.unreachable'],
      ])('%s: %s', (_, more, reason) => {
        expect(site(more)).toMatchObject({ status: 'fail', reason });
      });

      it('a network without Internet or with a login of its own is told as such', () => {
        const nowhere = unreached('not-found');
        expect(site(nowhere, { online: false })?.reason).toBe('site.offline');
        expect(site(nowhere, { redirected: true })?.reason).toBe('site.captive');
      });

      it("the certificate's dates are held against the site's clock all the same", () => {
        const it = on('win32', issued({}, { ...expired, skewMs: 6 * year }));
        const late = { ...it, now: now + 6 * year, site: failed };
        expect(found(late, 'certificate-validity')?.reason).toBe('certificate-validity.clock-wrong');
      });
    });

    it('that nobody could see who issued the certificate is said, and changes nothing', () => {
      const more = {
        'site-certificate': {
          ...made,
          subject: 'site-certificate',
          result: { outcome: 'unknown', reason: 'timeout' },
        },
      } as More;
      expect(found(on('win32', more), 'site')).toMatchObject({
        status: 'pass',
        reason: 'site.issuer-unverified',
      });
    });

    it('the host knows the clock where the browser could not', () => {
      const it = on('win32', issued({}, { publiclyTrusted: true, skewMs: 3_600_000 }));
      expect(found({ ...it, site: { state: 'answered', status: 200 } }, 'site')).toMatchObject({
        reason: 'site.clock-skew',
        data: { minutes: 60 },
      });
    });

    it('a policy against the host is not the same as a registration that does not fit', () => {
      const blocked = situation({ host: { state: 'failed', failure: 'blocked-by-policy' } });
      expect(found(blocked, 'host')).toMatchObject({ status: 'fail', reason: 'host.blocked-by-policy' });
    });
  });
});
