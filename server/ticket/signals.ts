import { EventEmitter } from 'node:events';

/** Wakes those who wait for a ticket to change. A lost signal does no harm: they also look by themselves, slowly. */
export interface TicketSignals {
  changed(ticketId: string): void;
  /** Returns what ends the subscription. */
  subscribe(ticketId: string, listener: () => void): () => void;
  stop(): Promise<void>;
}

/** Signals within one process; enough for the embedded database. */
export function localTicketSignals(): TicketSignals {
  const emitter = new EventEmitter({ captureRejections: false });
  emitter.setMaxListeners(0);
  return {
    changed: (ticketId) => void emitter.emit(ticketId),
    subscribe(ticketId, listener) {
      emitter.on(ticketId, listener);
      return () => void emitter.off(ticketId, listener);
    },
    stop: async () => void emitter.removeAllListeners(),
  };
}
