import type { DriverModule } from '../../common/protocol/index.ts';

/** The driver's file names. HPKI: JAHIS fixes the prefixes; JPKI: its client software; OpenSC stands in. */
export function driverFamily(file: string): DriverModule['family'] {
  const name = (file.split(/[\\/]/).pop() ?? '').replace(/^lib/i, '');
  if (/^Hpki(?:Auth|Sig)P11/i.test(name)) return 'hpki';
  if (/^JPKI/i.test(name)) return 'jpki';
  if (/^opensc-pkcs11/i.test(name)) return 'stand-in';
  return 'unknown';
}

/** By the name of a CSP or KSP. JAHIS fixes the beginnings; vendors may add to them. */
export function providerFamily(name: string): DriverModule['family'] | undefined {
  if (/^HPKI (?:Crypto Service|Key Storage) Provider for (?:Authentication|Non Repudiation)/i.test(name))
    return 'hpki';
  if (/^JPKI Crypto Service Provider for (?:Auth|Sign)/i.test(name)) return 'jpki';
  if (/^OpenSC /i.test(name)) return 'stand-in';
  return undefined;
}
