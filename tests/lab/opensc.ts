/**
 * opensc.conf under which stock OpenSC 0.23 reads and signs with the lab's HPKI card: its default driver has no RSA
 * algorithm, so a signing driver is forced for the two ATRs. The names' case matters: lower in `card_drivers`, mixed
 * in `driver`. A reader with a PIN pad would make the browser log in without a PIN.
 */
export function openscConfiguration(): string {
  return `app default {
  card_drivers = masktech, jpki;
  card_atr 3B:F4:13:00:00:81:31:FE:45:00:4E:00:00:A2 { driver = "MaskTech"; }
  card_atr 3B:88:80:01:00:4E:00:00:F7:81:D1:00:E0 { driver = "MaskTech"; }
  reader_driver pcsc { enable_pinpad = false; }
}
`;
}
