import { createRequire } from 'node:module';
import type { Reader } from '../../../common/protocol/index.ts';
import { PcscError, pcsc } from '../pcsc-codes.ts';
import type { CardConnection, CardPort, WatchEvent } from '../port.ts';
import { decodeReaderState, ReaderLedger, stateBits } from '../reader-state.ts';
import { pcscPlatform } from './koffi/platform.ts';
import { type ServiceWait, waitForService } from './service-wait.ts';

type PcscLite = ReturnType<typeof import('pcsclite')>;
type LiteReader = Parameters<Parameters<PcscLite['on']>[1]>[0];

/**
 * PC/SC through the pcsclite package, where it compiles. It has no transactions, and its errors are texts. An
 * exchange, within a moment, of a card that was in when the service began goes unseen: see `koffi/watch-readers.ts`.
 * @throws when the package is not there or was not built for this Node
 */
export function openPcsclitePort(): CardPort {
  const open = createRequire(import.meta.url)('pcsclite') as typeof import('pcsclite');
  const readers = new Map<string, LiteReader>();
  const ledger = new ReaderLedger();
  return {
    backend: 'pcsclite',
    capabilities: { transactions: false },
    watch: (listener) => watch(open, readers, ledger, listener),
    // From the last event, and using a card raises none on pcsc-lite: it errs towards no.
    inUse: async (name) => ((readers.get(name)?.state ?? 0) & (stateBits.inUse | stateBits.exclusive)) !== 0,
    async connect(name) {
      const reader = readers.get(name);
      if (!reader) throw new PcscError('connect', pcsc.unknownReader);
      const disown = ledger.own(name);
      try {
        return await connectTo(reader, disown);
      } catch (error) {
        disown();
        throw error;
      }
    },
  };
}

function watch(
  open: typeof import('pcsclite'),
  readers: Map<string, LiteReader>,
  ledger: ReaderLedger,
  listener: (event: WatchEvent) => void,
): { close(): void } {
  const socket = pcscPlatform().socket;
  const states = new Map<string, Reader>();
  let closed = false;
  let current: PcscLite | undefined;
  let wait: ServiceWait | undefined;
  const tell = (event: WatchEvent) => {
    if (!closed) listener(event);
  };

  const begin = () => {
    if (closed) return;
    let lost = false;
    const lose = (error: unknown) => {
      if (lost) return;
      lost = true;
      readers.clear();
      states.clear();
      ledger.forget();
      // close() emits `error` once more, and straight after the first event it never lets the process exit.
      const ended = current;
      current = undefined;
      setTimeout(() => ended?.close(), closeDelayMs);
      tell({ type: 'service', state: 'stopped', code: codeOf(error) });
      const service = waitForService(socket);
      wait = service;
      void service.back.then(() => {
        service.close();
        begin();
      });
    };
    try {
      current = open(); // throws when the service is not there
    } catch (error) {
      return lose(error);
    }
    tell({ type: 'service', state: 'running' });
    const list = () => {
      if (lost) return;
      const changed = ledger.note([...states.values()]);
      if (changed) tell({ type: 'readers', readers: changed });
    };
    setTimeout(list, emptyListMs); // it says nothing of a PC without readers
    current.on('error', lose);
    current.on('reader', (reader) => {
      readers.set(reader.name, reader);
      reader.on('status', ({ state, atr }) => {
        states.set(reader.name, decodeReaderState(reader.name, state, atr ?? new Uint8Array()));
        setImmediate(list);
      });
      reader.on('end', () => {
        readers.delete(reader.name);
        states.delete(reader.name);
        setImmediate(list);
      });
      reader.on('error', () => undefined); // its `end` follows
    });
  };
  begin();

  return {
    close() {
      closed = true;
      wait?.close();
      const ended = current;
      current = undefined;
      if (ended) setTimeout(() => ended.close(), closeDelayMs);
    },
  };
}

/** Milliseconds. See testing notes of the package: close() straight after the first event hangs the exit. */
const closeDelayMs = 20;
/** Milliseconds after which no reader has shown up. */
const emptyListMs = 100;

const responseBytes = 65548;

async function connectTo(reader: LiteReader, disown: () => void): Promise<CardConnection> {
  // `connected` stays true after a removal, and connect() then does nothing: always disconnect first.
  if ((reader as unknown as { connected?: boolean }).connected) await disconnect(reader);
  let active = await open();
  return {
    get protocol() {
      return active === reader.SCARD_PROTOCOL_T0 ? 'T0' : 'T1';
    },
    beginTransaction: () => Promise.resolve(),
    endTransaction: () => Promise.resolve(),
    transmit: (command) =>
      new Promise((resolve, reject) => {
        reader.transmit(Buffer.from(command), responseBytes, active, (error, response) => {
          // Not within the callback: Node 26 asks for it.
          setImmediate(() =>
            error ? reject(failure('transmit', error)) : resolve(Uint8Array.from(response)),
          );
        });
      }),
    async reconnect() {
      await disconnect(reader);
      active = await open();
    },
    async disconnect() {
      await disconnect(reader);
      disown();
    },
  };

  function open(): Promise<number> {
    const options = {
      share_mode: reader.SCARD_SHARE_SHARED,
      protocol: reader.SCARD_PROTOCOL_T0 | reader.SCARD_PROTOCOL_T1,
    };
    return new Promise((resolve, reject) => {
      reader.connect(options, (error, protocol) => {
        setImmediate(() => (error ? reject(failure('connect', error)) : resolve(protocol)));
      });
    });
  }
}

function disconnect(reader: LiteReader): Promise<void> {
  return new Promise((resolve) => {
    reader.disconnect(reader.SCARD_LEAVE_CARD, () => setImmediate(resolve));
  });
}

function failure(call: string, error: unknown): PcscError {
  return new PcscError(call, codeOf(error), { cause: error });
}

/** The code is in the text only: `SCardConnect error: …(0x80100069)`. */
function codeOf(error: unknown): number {
  const text = error instanceof Error ? error.message : String(error);
  const code = /0x([0-9a-f]{8})/i.exec(text)?.[1];
  return code ? Number.parseInt(code, 16) : pcsc.noService;
}
