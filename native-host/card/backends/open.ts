import type { CardPort } from '../port.ts';
import { chosenBackend } from './chosen.ts';

/** @throws when the system has no PC/SC library, or the backend is not there */
export async function openCardPort(backend: CardPort['backend'] = chosenBackend()): Promise<CardPort> {
  if (backend === 'koffi') return (await import('./koffi/index.ts')).openKoffiPort();
  return (await import('./pcsclite.ts')).openPcsclitePort();
}
