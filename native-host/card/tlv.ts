/** One BER-TLV object (ISO 7816-4 annex E, X.690): the value is a view into the octets given. */
export interface Tlv {
  /** One or two octets of tag: 0x30, 0x5F2D. */
  tag: number;
  value: Uint8Array;
}

/**
 * The objects in `octets`, one after the other. Stops at padding (00 or FF where a tag should be) and at the first
 * object whose length does not fit what is there: a card's word on lengths is not to be trusted.
 */
export function parseTlvs(octets: Uint8Array): Tlv[] {
  const found: Tlv[] = [];
  let at = 0;
  while (at < octets.length && octets[at] !== 0x00 && octets[at] !== 0xff) {
    const header = tlvHeader(octets, at);
    if (!header || header.end > octets.length) break;
    found.push({ tag: header.tag, value: octets.subarray(header.start, header.end) });
    at = header.end;
  }
  return found;
}

/** Whether the objects in `octets` are complete: the end, or padding after the last one, has been reached. */
export function tlvsComplete(octets: Uint8Array): boolean {
  let at = 0;
  while (at < octets.length) {
    if (octets[at] === 0x00 || octets[at] === 0xff) return true;
    const header = tlvHeader(octets, at);
    if (!header) return false;
    at = header.end;
  }
  return at === octets.length;
}

/** Where the object at `at` starts its value and ends, by its own word: it may end past `octets`. */
export function tlvHeader(
  octets: Uint8Array,
  at: number,
): { tag: number; start: number; end: number } | undefined {
  let tag = octets[at];
  if (tag === undefined) return undefined;
  let next = at + 1;
  if ((tag & 0x1f) === 0x1f) {
    const second = octets[next++];
    if (second === undefined || second & 0x80) return undefined; // three octets of tag: none of ours
    tag = tag * 0x100 + second;
  }
  const first = octets[next++];
  if (first === undefined) return undefined;
  if (first < 0x80) return { tag, start: next, end: next + first };
  const count = first - 0x80;
  if (count < 1 || count > 3 || next + count > octets.length) return undefined; // no indefinite length
  let length = 0;
  for (const octet of octets.subarray(next, next + count)) length = length * 0x100 + octet;
  return { tag, start: next + count, end: next + count + length };
}

/** The first object with this tag, searched along a path of tags from the outside in. */
export function findTlv(octets: Uint8Array, ...path: number[]): Uint8Array | undefined {
  const [tag, ...rest] = path;
  if (tag === undefined) return octets;
  for (const object of parseTlvs(octets)) {
    if (object.tag !== tag) continue;
    const found = findTlv(object.value, ...rest);
    if (found) return found;
  }
  return undefined;
}
