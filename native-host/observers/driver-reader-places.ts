/**
 * Where the card driver may keep the reader chosen in its selection tool. Not known for the HPKI driver; the names
 * below come from what it seems to be derived from and from its own file names. To be corrected by field recordings.
 */
export interface DriverReaderPlace {
  /** Names of keys directly below the roots' `Software`, and of folders in the folders for programs' data. */
  pattern: RegExp;
  confidence: 'low' | 'medium';
  evidence: string;
}

export const driverReaderPlaces: readonly DriverReaderPlace[] = [
  { pattern: /HPKI/i, confidence: 'low', evidence: 'the driver’s own name' },
  { pattern: /MPKCS11/i, confidence: 'low', evidence: 'file name HpkiAuthP11_MPKCS11H.dll' },
  {
    pattern: /MistyGuard|TrustSigner|MDIS|MITSUBISHI|三菱/i,
    confidence: 'low',
    evidence: 'tools of the same names in the manual of MistyGuard TrustSigner',
  },
  { pattern: /^MEDIS/i, confidence: 'low', evidence: 'MEDIS publishes the driver' },
];

/** Texts that look like a reader's name. Names of readers that are not known may be anything: these come first. */
export const likeReader = /reader|pasori|rc-?s\d{3}|icc ?r|smart ?card|ccid|リーダ/i;
