/** The part of node-forge that is used here, by itself; its published types describe the whole package only. */
declare module 'node-forge/lib/asn1.js' {
  export interface Asn1 {
    tagClass: number;
    /** Tag number; for universal values one of `Type`. */
    type: number;
    constructed: boolean;
    /** Contents as octets (one character each), or the values inside. */
    value: string | Asn1[];
  }
  interface Asn1Module {
    readonly Class: { readonly UNIVERSAL: number; readonly CONTEXT_SPECIFIC: number };
    readonly Type: Readonly<
      Record<
        | 'INTEGER'
        | 'BITSTRING'
        | 'OCTETSTRING'
        | 'OID'
        | 'UTF8'
        | 'SEQUENCE'
        | 'UTCTIME'
        | 'GENERALIZEDTIME'
        | 'BMPSTRING',
        number
      >
    >;
    /** @throws Error when `octets` is no DER */
    fromDer(octets: string, options?: { decodeBitStrings?: boolean; parseAllBytes?: boolean }): Asn1;
    derToOid(contents: string): string;
    utcTimeToDate(text: string): Date;
    generalizedTimeToDate(text: string): Date;
  }
  const asn1: Asn1Module;
  export default asn1;
}
