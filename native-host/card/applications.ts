import type { FileReference } from './directory.ts';
import { fromHex } from './hex.ts';

/**
 * The card applications this program may select, and the files it may read in each: the data behind the gate.
 * Sources: HPKI: JAHIS 24-002 annex A/B and reports on cards; JPKI: OpenSC's jpki driver.
 */
export const applications = {
  'hpki-authentication': { aid: fromHex('E828BD080FA000000391000000000002'), select: 'fci' },
  'hpki-signature': { aid: fromHex('E828BD080FA000000391000000000001'), select: 'fci' },
  jpki: { aid: fromHex('D392F000260100000001'), select: 'silent' },
} as const satisfies Record<string, { aid: Uint8Array; select: 'fci' | 'silent' }>;

export type ApplicationName = keyof typeof applications;

/** EF.OD in both layouts known: short identifier 0x11. */
export const objectDirectoryFile = { sfi: 0x11 } as const satisfies FileReference;

/**
 * The two layouts known. A card whose EF.OD names these files is taken to hold its end-entity certificate where
 * such cards do, which saves reading EF.CD; EF.CD is asked when it is not there.
 */
export const layouts = [
  {
    name: 'observed', // on cards (GEBO 2019, MIYAKO 2024): confidence high for JMA, medium for JPA and MEDIS
    authenticationObjects: { fid: 0x0001 },
    certificates: { fid: 0x0004 },
    certificate: { fid: 0x0016 },
  },
  {
    name: 'guideline', // JAHIS 24-002 annex A: the example, confidence high as text
    authenticationObjects: { sfi: 0x13 },
    certificates: { sfi: 0x15 },
    certificate: { sfi: 0x18 },
  },
] as const satisfies {
  name: 'observed' | 'guideline';
  authenticationObjects: FileReference;
  certificates: FileReference;
  certificate: FileReference;
}[];

/** Files of an HPKI application that may be read whatever the card's directory says. */
export const hpkiFiles: readonly FileReference[] = [
  objectDirectoryFile,
  ...layouts.flatMap(({ authenticationObjects, certificates, certificate }) => [
    authenticationObjects,
    certificates,
    certificate,
  ]),
];

/** JPKI: the user-authentication PIN's file is selected, then VERIFY asks for the file selected (OpenSC). */
export const jpkiPin = { fid: 0x0018, p2: 0x80 } as const;
