import type { ServiceFacts } from '../protocol/index.ts';

/**
 * PC/SC readers that are no card reader on the desk: they would hide a missing one, and connecting to them can
 * open dialogs. Matched by name; the names come from users' reports named in `source`.
 */
const virtualReaders: readonly { pattern: RegExp; kind: VirtualReaderKind; source: string }[] = [
  { pattern: /^Windows Hello/i, kind: 'windows-hello', source: 'Belgian eid-mw issues 57 and 180' },
  { pattern: /Virtual Smart ?Card/i, kind: 'tpm', source: 'Microsoft: TPM virtual smart cards' },
  { pattern: /^Microsoft UICC/i, kind: 'sim', source: 'Windows: UICC of a mobile broadband module (medium)' },
  { pattern: /^Yubico YubiKey/i, kind: 'security-key', source: 'pcsc-lite reader list' },
  { pattern: /Remote|^Citrix|^VMware Virtual/i, kind: 'remote', source: 'names of redirected readers (low)' },
];

export type VirtualReaderKind = 'windows-hello' | 'tpm' | 'sim' | 'security-key' | 'remote';

/**
 * Whether a stopped PC/SC service comes up with the next reader: Windows stops it with the last one and starts it with the
 * next, as a socket's unit does on Linux. A disabled one stays down.
 */
export function startsWithReader({ state, startType }: ServiceFacts, onWindows: boolean): boolean {
  return state === 'stopped' && (startType === 'trigger' || (onWindows && startType !== 'disabled'));
}

/** What kind of virtual reader `name` is, or undefined for one taken to be physical. */
export function virtualReaderKind(name: string): VirtualReaderKind | undefined {
  return virtualReaders.find(({ pattern }) => pattern.test(name))?.kind;
}
