import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ListState, Revocation } from '../revocation/index.ts';

const listStates = ['current', 'grace', 'missing'] as const satisfies ListState[];

/**
 * What one node counts, for Prometheus. Labels are route patterns and closed codes: nothing in them is about a person,
 * and there are few of them.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests = new Counter({
    name: 'hpki_navi_http_requests_total',
    help: 'Answers, by host, route and status.',
    labelNames: ['host', 'method', 'route', 'status'] as const,
    registers: [this.#registry],
  });
  readonly #seconds = new Histogram({
    name: 'hpki_navi_http_request_seconds',
    help: 'Time from a request to its answer, by host and route.',
    labelNames: ['host', 'route'] as const,
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [this.#registry],
  });
  readonly #cardLogins = new Counter({
    name: 'hpki_navi_card_logins_total',
    help: 'Certificates that were judged: accepted, or the refusal.',
    labelNames: ['card', 'outcome'] as const,
    registers: [this.#registry],
  });

  constructor(observed: {
    openStreams: () => number;
    revocation: Revocation | undefined;
    clock: () => number;
  }) {
    const { openStreams, revocation, clock } = observed;
    collectDefaultMetrics({ register: this.#registry });
    new Gauge({
      name: 'hpki_navi_event_streams',
      help: 'PC pages that are being told of a phone.',
      registers: [this.#registry],
      collect() {
        this.set(openStreams());
      },
    });
    if (!revocation) return;
    new Gauge({
      name: 'hpki_navi_revocation_lists',
      help: 'Revocation lists by how they stand.',
      labelNames: ['state'] as const,
      registers: [this.#registry],
      collect() {
        const states = revocation.states();
        for (const state of listStates) {
          this.set({ state }, states.filter((list) => list.state === state).length);
        }
      },
    });
    new Gauge({
      name: 'hpki_navi_revocation_list_seconds_left',
      help: 'Time until the first revocation list is past its nextUpdate; negative afterwards.',
      registers: [this.#registry],
      collect() {
        // One that was never had is past everything.
        const ends = revocation.states().map(({ nextUpdate }) => nextUpdate ?? 0);
        this.set((Math.min(...ends) - clock()) / 1000);
      },
    });
  }

  /** Counts the answers of a host. */
  observe(server: FastifyInstance, host: 'portal' | 'console' | 'hpki' | 'my-number'): void {
    server.addHook('onResponse', ({ method, routeOptions }, reply, done) => {
      const route = routeOptions.url ?? 'none';
      this.#requests.inc({ host, method, route, status: reply.statusCode });
      this.#seconds.observe({ host, route }, reply.elapsedTime / 1000);
      done();
    });
  }

  cardLogin(card: string, outcome: string): void {
    this.#cardLogins.inc({ card, outcome });
  }

  /** The exposition, with its content type. */
  async exposition(): Promise<{ type: string; text: string }> {
    return { type: this.#registry.contentType, text: await this.#registry.metrics() };
  }
}
