/**
 * Certificate policies of the HPKI certificates (1.2.392.100495.1.5.1.1 signature, .1.2 authentication).
 * Confidence: the CA certificates carry …1.1.3.1 and …1.2.3.1 (read from the published CA certificates: high);
 * that production end-entity certificates carry the same value follows from RFC 5280 path validation (medium);
 * …1.1.0.1 was seen in test end-entity certificates (high), …1.2.0.1 is its counterpart (low).
 */
export const policies = {
  hpkiAuthentication: ['1.2.392.100495.1.5.1.2.3.1', '1.2.392.100495.1.5.1.2.0.1'],
  hpkiSignature: ['1.2.392.100495.1.5.1.1.3.1', '1.2.392.100495.1.5.1.1.0.1'],
  /** J-LIS's certification practice statement for user authentication (from memory: medium). */
  jpkiAuthentication: ['1.2.392.200149.8.5.1.3.30'],
} as const;

/** What the issuers' common names say (published CA certificates; JPKI from OpenSC's issue 3021). */
export const issuerNames = {
  hpkiAuthentication: /-forAuthentication(?:-|$)/,
  hpkiSignature: /-forNonRepudiation(?:-|$)/,
  jpkiAuthentication: /JPKI for user authentication/,
  jpkiSignature: /JPKI for digital signature/,
} as const;
