import type { CardPort } from '../port.ts';

/** HPKI_NAVI_BACKEND chooses; koffi otherwise. Apart from opening it: the host says which without loading it. */
export function chosenBackend(environment: NodeJS.ProcessEnv = process.env): CardPort['backend'] {
  return environment['HPKI_NAVI_BACKEND'] === 'pcsclite' ? 'pcsclite' : 'koffi';
}
