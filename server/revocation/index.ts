import { createHash, type X509Certificate } from 'node:crypto';
import type { Configuration } from '../configuration/index.ts';
import type { Database } from '../database/index.ts';
import { type CertificateParts, nameOfAddress, partsOf } from '../x509/certificate-parts.ts';
import { DerError } from '../x509/der.ts';
import { fetchList } from './fetch-list.ts';
import {
  derOf,
  distributionPointsOf,
  type RevocationList,
  RevocationListError,
  readRevocationList,
} from './revocation-list.ts';

/** `unknown`: its authority's list cannot be had, or is too old to be believed. */
export type RevocationStatus = 'good' | 'revoked' | 'unknown';

/** How a list stands: `grace` is past its nextUpdate and still used, `missing` is not used. */
export type ListState = 'current' | 'grace' | 'missing';

export type RevocationSettings = NonNullable<Configuration['revocation']>;

interface Source {
  url: string;
  authority: X509Certificate;
  /** The same for all certificates of an authority: see identityOf. */
  identity: string;
  list: RevocationList | undefined;
  /** Milliseconds since 1970, of the last time it was had from its address by any node. */
  fetchedAt: number;
}

interface Reporter {
  warn(details: object, message: string): void;
  info(details: object, message: string): void;
}

/** While a list is not current it is asked for this often. Milliseconds. */
const askAgain = 60_000;

/**
 * The revocation lists of the authorities that have one configured. Only configured addresses are ever asked: what a
 * certificate says of its distribution point chooses among them. Lists are kept in the database, where the other nodes
 * and the next start find them.
 *
 * The rule when a list can't be had: the last one counts until its nextUpdate and `graceSeconds` beyond it. Then, and
 * when there never was one, certificates of its authority are refused with a page that says so.
 */
export class Revocation {
  readonly #sources: Source[];
  readonly #settings: RevocationSettings;
  readonly #database: Database;
  readonly #clock: () => number;
  readonly #log: Reporter;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #refreshing: Promise<void> | undefined;

  constructor(
    settings: RevocationSettings,
    authorities: readonly { url: string; authority: X509Certificate }[],
    { database, clock, log }: { database: Database; clock: () => number; log: Reporter },
  ) {
    this.#settings = settings;
    this.#sources = authorities.map((source) => ({
      ...source,
      identity: identityOf(partsOf(source.authority)),
      list: undefined,
      fetchedAt: 0,
    }));
    this.#database = database;
    this.#clock = clock;
    this.#log = log;
  }

  /** Has the lists, as far as they can be had, when it resolves; keeps them up to date from then on. */
  async start(): Promise<void> {
    for (const source of this.#sources) await this.#takeFromDatabase(source).catch(this.#report(source));
    const refreshed = this.refresh().then(() => this.#schedule());
    // Nobody waits for an address that does not answer while there is something to go by.
    if (this.states().some(({ state }) => state === 'missing')) await refreshed;
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (this.#stopped) return;
    const current = this.states().every(({ state }) => state === 'current');
    const delay = this.#settings.refreshSeconds * 1000;
    this.#timer = setTimeout(
      async () => {
        await this.refresh();
        this.#schedule();
      },
      current ? delay : Math.min(delay, askAgain),
    ).unref();
  }

  /** Looks for newer lists: first in the database, then at their addresses. Never rejects. */
  refresh(): Promise<void> {
    this.#refreshing ??= Promise.all(this.#sources.map((source) => this.#refreshOne(source)))
      .then(() => undefined)
      .finally(() => {
        this.#refreshing = undefined;
      });
    return this.#refreshing;
  }

  async #refreshOne(source: Source): Promise<void> {
    // What is there may be older than what we have, or of the authority that was configured before: asked anew then.
    await this.#takeFromDatabase(source).catch(this.#report(source));
    try {
      const age = this.#clock() - source.fetchedAt;
      // Negative when it was had while the clock was ahead.
      if (age >= 0 && age < this.#settings.refreshSeconds * 1000 && this.#stateOf(source) === 'current')
        return;
      await this.#takeFromAddress(source);
    } catch (error) {
      this.#report(source)(error);
    }
  }

  #report({ url }: Source): (error: unknown) => void {
    return (error) => {
      const cause = error instanceof RevocationListError ? error.code : String(error);
      this.#log.warn({ url, cause }, 'a revocation list could not be had');
    };
  }

  async #takeFromDatabase(source: Source): Promise<void> {
    const row = await this.#database
      .selectFrom('revocation_lists')
      .selectAll()
      .where('url', '=', source.url)
      .executeTakeFirst();
    if (!row || row.fetched_at <= source.fetchedAt) return;
    // Proven anew: who can write to the database cannot make a card good again.
    const list = readRevocationList(Buffer.from(row.list, 'base64'), source.authority, this.#clock());
    this.#take(source, list, row.fetched_at);
  }

  async #takeFromAddress(source: Source): Promise<void> {
    const der = derOf(await fetchList(source.url));
    const now = this.#clock();
    this.#take(source, readRevocationList(der, source.authority, now), now);
    const values = { list: Buffer.from(der).toString('base64'), fetched_at: now };
    await this.#database
      .insertInto('revocation_lists')
      .values({ url: source.url, ...values })
      .onConflict((conflict) => conflict.column('url').doUpdateSet(values))
      .execute();
    this.#log.info({ url: source.url, revoked: source.list?.revoked.size }, 'revocation list');
  }

  /** @throws RevocationListError for one that is older than the one at hand: it may have been sent to hide something. */
  #take(source: Source, list: RevocationList, fetchedAt: number): void {
    const { list: present } = source;
    if (present && (list.thisUpdate < present.thisUpdate || list.number < present.number)) {
      throw new RevocationListError('older');
    }
    source.list = list;
    source.fetchedAt = fetchedAt;
  }

  #stateOf({ list }: Source): ListState {
    const now = this.#clock();
    if (!list) return 'missing';
    if (now <= list.nextUpdate) return 'current';
    return now <= list.nextUpdate + this.#settings.graceSeconds * 1000 ? 'grace' : 'missing';
  }

  states(): { url: string; state: ListState; nextUpdate: number | undefined }[] {
    return this.#sources.map((source) => ({
      url: source.url,
      state: this.#stateOf(source),
      nextUpdate: source.list?.nextUpdate,
    }));
  }

  /** Certificates of authorities without a configured list are `good`: that is the operator's decision. */
  statusOf(certificate: X509Certificate, issuer: X509Certificate): RevocationStatus {
    const identity = identityOf(partsOf(issuer));
    const mine = this.#sources.filter((source) => source.identity === identity);
    if (mine.length === 0) return 'good';
    try {
      return this.#statusIn(mine, partsOf(certificate), certificate.ca);
    } catch (error) {
      // Its distribution points can't be read, so nothing tells which list it is in.
      if (error instanceof DerError) return 'unknown';
      throw error;
    }
  }

  #statusIn(sources: readonly Source[], parts: CertificateParts, isAuthority: boolean): RevocationStatus {
    // A revocation counts wherever it stands, and however old the list is: it is never taken back.
    if (sources.some(({ list }) => list?.revoked.has(parts.serialNumber))) return 'revoked';
    const points = distributionPointsOf(parts);
    const named = sources.filter(({ url }) => points.includes(nameOfAddress(url)));
    const covers = ({ list }: Source) =>
      list !== undefined &&
      list.scope.of !== (isAuthority ? 'users' : 'authorities') &&
      (list.scope.names === undefined || list.scope.names.some((name) => points.includes(name)));
    const usable = (named.length > 0 ? named : sources).filter(
      (source) => covers(source) && this.#stateOf(source) !== 'missing',
    );
    return usable.length > 0 ? 'good' : 'unknown';
  }

  /** The addresses whose authority is none of these: such a list would never be looked into. */
  addressesBeside(authorities: readonly X509Certificate[]): string[] {
    const known = new Set(authorities.map((authority) => identityOf(partsOf(authority))));
    return this.#sources.filter(({ identity }) => !known.has(identity)).map(({ url }) => url);
  }
}

/** An authority is its name and key: it may have several certificates, renewed or by other authorities (RFC 5280 3.2). */
function identityOf({ subject, publicKeyInfo }: CertificateParts): string {
  return createHash('sha256').update(subject).update(publicKeyInfo).digest('base64');
}
