import type { FactsOf, Observation, Subject } from '../protocol/index.ts';
import type { ReportedSituation } from './schema.ts';

export interface MachineLine {
  id: (typeof machineLineIds)[number];
  text: string;
}

/** The machine in ten lines, in the order in which support asks. */
export const machineLineIds = [
  'system',
  'browser',
  'extension',
  'host',
  'service',
  'readers',
  'card',
  'driver',
  'network',
  'policies',
] as const;

export interface Versions {
  /** As the browser tells it: of use where the host can't. */
  system?: 'win32' | 'linux' | 'darwin' | 'other';
  node?: string;
  arch?: string;
  backend?: string;
  /** How the extension came to the browser: `normal`, `admin`, `development`, `sideload`. */
  installType?: string;
}

/** From facts that are redacted already. Values, not sentences: they read the same in every language. */
export function machineLines(situation: ReportedSituation, versions: Versions): MachineLine[] {
  const { browser, host, site, observations } = situation;
  const facts = <S extends Subject>(subject: S) => observedFacts(observations.list, subject);
  const platform = host.state === 'connected' ? host.platform : (versions.system ?? '?');
  const session = facts('browser-session');
  const service = facts('pcsc-service');
  const propagation = service?.propagation;
  const lines: Record<MachineLine['id'], string> = {
    system: words(platform, versions.arch, session?.remoteDesktop ? 'remote-desktop' : ''),
    browser: words(browser.name || browser.family, session?.bits ? `${session.bits}-bit` : ''),
    extension: words(browser.extensionVersion, versions.installType),
    host: words(
      host.state === 'connected' ? host.hostVersion : host.state,
      host.state === 'failed' ? host.failure : '',
      versions.node ? `node ${versions.node}` : '',
      versions.backend,
    ),
    service: words(
      service?.state ?? why(observations.list, 'pcsc-service'),
      service?.startType,
      service?.pcscCode ? `0x${service.pcscCode}` : '',
      propagation ? `CertPropSvc ${propagation.state} ${propagation.startType ?? ''}` : '',
    ),
    readers:
      facts('readers')
        ?.readers.map(({ name, state, inUse }) => `${name} [${state}${inUse ? ', in use' : ''}]`)
        .join(' / ') ?? why(observations.list, 'readers'),
    card: observations.cards.map(cardLine).join(' / ') || '-',
    driver:
      facts('card-driver')
        ?.modules.map(({ name, family, version, present }) =>
          words(name, family, version, present ? '' : '(no file)'),
        )
        .join(' / ') ?? why(observations.list, 'card-driver'),
    network: site.state === 'answered' ? siteLine(site, facts('site-certificate')) : siteFailure(site),
    policies: words(
      browser.siteAccess ? '' : 'site access withheld',
      ...(facts('policies')?.policies.map(({ browser: of, name }) => `${of}:${name}`) ?? []),
    ),
  };
  return machineLineIds.map((id) => ({ id, text: (lines[id] || '-').slice(0, 400) }));
}

function cardLine(card: ReportedSituation['observations']['cards'][number]): string {
  const { certificate, pin, stopped, applications } = card;
  const found = applications.filter(({ statusWord }) => statusWord === '9000').map(({ name }) => name);
  const profile = certificate?.form === 'read' ? certificate.profile : null;
  return words(
    found.join('+') || 'no known application',
    profile
      ? `${profile.subject.commonName ?? ''} until ${profile.notAfter.slice(0, 10)}`
      : (certificate?.form ?? ''),
    pin ? `PIN ${pin.statusWord}` : '',
    stopped ? `stopped: ${stopped.by}` : '',
  );
}

type Answered = Extract<ReportedSituation['site'], { state: 'answered' }>;

function siteLine({ status, skewMs }: Answered, certificate: FactsOf<'site-certificate'> | undefined) {
  const skew = skewMs === undefined ? '' : `clock ${Math.round(skewMs / 1000)} s`;
  return words(`HTTP ${status}`, skew, certificate && trustLine(certificate));
}

function trustLine({ publiclyTrusted, authorizationError }: FactsOf<'site-certificate'>): string {
  return publiclyTrusted ? 'public TLS' : words('TLS not trusted', authorizationError);
}

function siteFailure(site: Exclude<ReportedSituation['site'], Answered>): string {
  if (site.state === 'checking') return 'not asked yet';
  return words('failed', site.host, site.online ? 'online' : 'offline', site.redirected ? 'redirected' : '');
}

export function observedFacts<S extends Subject>(list: readonly Observation[], subject: S) {
  const observation = list.find((it) => it.subject === subject) as
    | Extract<Observation, { subject: S }>
    | undefined;
  const result = observation?.result as
    | { outcome: 'observed'; facts: unknown }
    | { outcome: 'unknown' }
    | undefined;
  type Facts = Extract<Extract<Observation, { subject: S }>['result'], { outcome: 'observed' }>['facts'];
  return result?.outcome === 'observed' ? (result.facts as Facts) : undefined;
}

function why(list: readonly Observation[], subject: Subject): string {
  const result = list.find((it) => it.subject === subject)?.result;
  return result?.outcome === 'unknown' ? `unknown: ${result.reason}` : 'not seen';
}

function words(...parts: (string | undefined)[]): string {
  return parts.filter(Boolean).join(' ').trim();
}
