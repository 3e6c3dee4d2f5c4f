import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Language } from '../pages/language.ts';
import type { Platform } from '../platform.ts';
import { progressOf } from './progress.ts';
import { isFinal } from './status.ts';
import { ticketById } from './store.ts';

/** A look at the database even without a signal, and a sign of life for proxies in between. Milliseconds. */
const heartbeat = 10_000;

/** Streams that are open in this process, to be ended when it stops. */
export class EventStreams {
  readonly #open = new Set<() => void>();

  /**
   * Sends a ticket's progress as server-sent events until it is final or the browser leaves. Each event is the whole
   * state: a browser that reconnects, to this node or to another, misses nothing.
   */
  async open(
    platform: Platform,
    request: FastifyRequest,
    reply: FastifyReply,
    ticketId: string,
    language: Language,
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
          const ticket = await ticketById(platform.database, ticketId);
          if (raw.writableEnded || raw.destroyed) return;
          if (!ticket) return end();
          const progress = progressOf(ticket, platform.clock(), language);
          const now = `${ticket.version} ${progress.status}`;
          raw.write(now === seen ? ':\n\n' : `event: progress\ndata: ${JSON.stringify(progress)}\n\n`);
          seen = now;
          if (isFinal(progress.status)) return end();
          timer = setTimeout(look, Math.min(heartbeat, progress.left + 1));
        } while (again);
      } catch (error) {
        request.log.error({ err: error }, 'event stream failed');
        end();
      } finally {
        looking = false;
      }
    };
    const unsubscribe = platform.signals.subscribe(ticketId, () => void look());
    this.#open.add(end);
    raw.on('close', end);
    await look();
  }

  /** Ends them all; the browsers come back by themselves, to whichever node is there. */
  stop(): void {
    for (const end of [...this.#open]) end();
  }
}
