import { type ApplicationName, applications } from './applications.ts';

/** Command APDUs (ISO 7816-4), and no others: what the gate lets through is made here and nowhere else. */

/** SELECT by AID. HPKI with FCI (P2=00, Le=00), JPKI without (P2=0C). */
export function selectApplication(name: ApplicationName): Uint8Array {
  const { aid, select } = applications[name];
  return select === 'fci'
    ? Uint8Array.of(0x00, 0xa4, 0x04, 0x00, aid.length, ...aid, 0x00)
    : Uint8Array.of(0x00, 0xa4, 0x04, 0x0c, aid.length, ...aid);
}

/** SELECT an elementary file under the application, no answer data wanted. */
export function selectFile(fid: number): Uint8Array {
  return Uint8Array.of(0x00, 0xa4, 0x02, 0x0c, 0x02, fid >> 8, fid & 0xff);
}

/** READ BINARY of the current file from `offset` (0–32767). `le`: octets wanted, 256 short or 65536 extended. */
export function readBinary(offset: number, le: number): Uint8Array {
  return withLe([0x00, 0xb0, (offset >> 8) & 0x7f, offset & 0xff], le);
}

/** READ BINARY from the start of the file with this short identifier, which becomes the current file. */
export function readBinaryBySfi(sfi: number, le: number): Uint8Array {
  return withLe([0x00, 0xb0, 0x80 | sfi, 0x00], le);
}

/** `le`: what the 61xx before it offered, 256 for 6100. */
export function getResponse(le: number): Uint8Array {
  return withLe([0x00, 0xc0, 0x00, 0x00], le);
}

/** Case 1, four octets: asks for the tries left and spends none (ISO 7816-4: absent data field). */
export function emptyVerify(p2: number): Uint8Array {
  return Uint8Array.of(0x00, 0x20, 0x00, p2);
}

/** The same READ BINARY with another Le, after 6Cxx. */
export function withOtherLe(command: Uint8Array, le: number): Uint8Array {
  return withLe([...command.subarray(0, 4)], le);
}

function withLe(header: number[], le: number): Uint8Array {
  return le <= 256
    ? Uint8Array.of(...header, le & 0xff)
    : Uint8Array.of(...header, 0x00, (le >> 8) & 0xff, le & 0xff);
}
