import type { CardConnection, CardPort, WatchEvent } from '../../port.ts';
import { ReaderLedger, stateBits } from '../../reader-state.ts';
import { waitForService } from '../service-wait.ts';
import { pcscPlatform } from './platform.ts';
import { watchReaders } from './watch-readers.ts';
import { type Handle, WinScard } from './winscard.ts';

/**
 * PC/SC through koffi: prebuilt, all of PC/SC, numeric errors. The default backend.
 * @throws when the system has no PC/SC library
 */
export function openKoffiPort(): CardPort {
  const platform = pcscPlatform();
  const winscard = new WinScard(platform);
  const ledger = new ReaderLedger();
  return {
    backend: 'koffi',
    capabilities: { transactions: true },
    watch(listener: (event: WatchEvent) => void) {
      return watchReaders({ winscard, ledger, listener, serviceBack: () => waitForService(platform.socket) });
    },
    async inUse(reader) {
      const context = await winscard.establishContext();
      try {
        const entry = { name: reader, currentState: 0, eventState: 0, atr: new Uint8Array() };
        await winscard.getStatusChange(context, [entry], 0);
        return (entry.eventState & (stateBits.inUse | stateBits.exclusive)) !== 0;
      } finally {
        await winscard.releaseContext(context).catch(() => undefined);
      }
    },
    async connect(reader: string): Promise<CardConnection> {
      // A context of its own: calls within one context wait for each other.
      const context = await winscard.establishContext();
      const disown = ledger.own(reader);
      try {
        const { card, protocol } = await winscard.connect(context, reader);
        return connection(winscard, context, card, protocol, disown);
      } catch (error) {
        disown();
        await winscard.releaseContext(context).catch(() => undefined);
        throw error;
      }
    },
  };
}

function connection(
  winscard: WinScard,
  context: Handle,
  card: Handle,
  first: 'T0' | 'T1',
  disown: () => void,
): CardConnection {
  let protocol = first;
  return {
    get protocol() {
      return protocol;
    },
    beginTransaction: () => winscard.beginTransaction(card),
    endTransaction: () => winscard.endTransaction(card),
    transmit: (command) => winscard.transmit(card, protocol, command),
    async reconnect() {
      protocol = await winscard.reconnect(card);
    },
    async disconnect() {
      await winscard.disconnect(card).catch(() => undefined);
      await winscard.releaseContext(context).catch(() => undefined);
      disown();
    },
  };
}
