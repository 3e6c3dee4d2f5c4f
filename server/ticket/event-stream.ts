import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Platform } from '../platform.ts';
import type { Progress } from './progress.ts';

/** A look at the database even without a signal, and a sign of life for proxies in between. Milliseconds. */
const heartbeat = 10_000;

/** Of one ticket or sign-in: some tabs of one PC. Whoever opens more ends the oldest. */
const mostOfOne = 8;

/** How things stand with a ticket or a sign-in. `final`: nothing more can come. */
export interface Sight {
  version: number;
  progress: Progress;
  final: boolean;
}

/** Streams that are open in this process, to be ended when it stops. */
export class EventStreams {
  /** How each is ended, and what it tells of; in the order in which they were opened. */
  readonly #open = new Map<() => void, string>();
  #stopped = false;

  /**
   * Sends the progress of a ticket or a sign-in as server-sent events until it is final or the browser leaves. Each
   * event is the whole state: a browser that reconnects, to this node or to another, misses nothing. `see` looks it up;
   * undefined when it is gone.
   */
  async open(
    platform: Platform,
    request: FastifyRequest,
    reply: FastifyReply,
    id: string,
    see: () => Promise<Sight | undefined>,
  ): Promise<void> {
    const { raw } = reply;
    reply.hijack();
    raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    raw.write('retry: 2000\n\n');

    // It would keep the process from ending: the browser comes back to another node.
    if (this.#stopped) {
      raw.end();
      return;
    }

    let timer: NodeJS.Timeout | undefined;
    let seen = '';
    const end = () => {
      clearTimeout(timer);
      unsubscribe();
      this.#open.delete(end);
      raw.end();
    };
    // One look at a time, and one more if something changed meanwhile.
    let looking = false;
    let again = false;
    const look = async () => {
      if (looking) {
        again = true;
        return;
      }
      looking = true;
      try {
        do {
          again = false;
          clearTimeout(timer);
          const sight = await see();
          if (raw.writableEnded || raw.destroyed) return end();
          if (!sight) return end();
          const { version, progress, final } = sight;
          const now = `${version} ${progress.status}`;
          raw.write(
            now === seen
              ? 'event: alive\ndata:\n\n'
              : `event: progress\ndata: ${JSON.stringify(progress)}\n\n`,
          );
          seen = now;
          if (final) return end();
          timer = setTimeout(look, Math.min(heartbeat, progress.left + 1));
        } while (again);
      } catch (error) {
        request.log.error({ err: error }, 'event stream failed');
        end();
      } finally {
        looking = false;
      }
    };
    const unsubscribe = platform.signals.subscribe(id, () => void look());
    const ofThis = [...this.#open].filter(([, about]) => about === id);
    if (ofThis.length >= mostOfOne) ofThis[0]?.[0]();
    this.#open.set(end, id);
    raw.on('close', end);
    await look();
  }

  get size(): number {
    return this.#open.size;
  }

  /** Ends them all; the browsers come back by themselves, to whichever node is there. */
  stop(): void {
    this.#stopped = true;
    for (const end of [...this.#open.keys()]) end();
  }
}
