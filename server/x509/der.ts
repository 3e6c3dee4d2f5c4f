/** Thrown for octets that are not DER (X.690), or not what was expected there. */
export class DerError extends Error {
  override readonly name = 'DerError';
}

/** One element: its tag octet, where its value begins and ends, and where it began itself. Offsets into the input. */
export interface DerElement {
  tag: number;
  start: number;
  content: number;
  end: number;
}

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
} as const;

/**
 * Walks through the elements of one level without copying. Revocation lists can have a million entries: a tree of
 * objects for each of them would be too much.
 */
export class DerReader {
  readonly octets: Uint8Array;
  #offset: number;
  readonly #end: number;

  constructor(octets: Uint8Array, offset = 0, end = octets.length) {
    this.octets = octets;
    this.#offset = offset;
    this.#end = end;
  }

  /** The inside of an element. */
  inside({ content, end }: DerElement): DerReader {
    return new DerReader(this.octets, content, end);
  }

  get atEnd(): boolean {
    return this.#offset >= this.#end;
  }

  /** The tag that comes next; undefined at the end. */
  get nextTag(): number | undefined {
    return this.atEnd ? undefined : this.octets[this.#offset];
  }

  /** @throws DerError */
  next(tag?: number): DerElement {
    const { octets } = this;
    const start = this.#offset;
    const found = octets[start];
    const first = octets[start + 1];
    if (start + 2 > this.#end || found === undefined || first === undefined) throw new DerError('too short');
    if ((found & 0x1f) === 0x1f) throw new DerError('a long tag');
    let content = start + 2;
    let length = first;
    if (first >= 0x80) {
      const count = first & 0x7f;
      if (count === 0 || count > 4) throw new DerError('a length of an unknown form');
      length = 0;
      for (let index = 0; index < count; index += 1) length = length * 256 + (octets[content + index] ?? 0);
      content += count;
      if (length < 0x80 || (count > 1 && length < 2 ** (8 * (count - 1))))
        throw new DerError('not the shortest length');
    }
    const end = content + length;
    if (end > this.#end) throw new DerError('too short');
    if (tag !== undefined && found !== tag) throw new DerError(`tag ${found} instead of ${tag}`);
    this.#offset = end;
    return { tag: found, start, content, end };
  }

  /** The next element if it has this tag. */
  optional(tag: number): DerElement | undefined {
    return this.nextTag === tag ? this.next(tag) : undefined;
  }

  /** The octets of an element, with tag and length. */
  whole({ start, end }: DerElement): Uint8Array {
    return this.octets.subarray(start, end);
  }

  value({ content, end }: DerElement): Uint8Array {
    return this.octets.subarray(content, end);
  }

  /** Upper-case hexadecimal of an INTEGER without sign, without leading zeros but whole octets. */
  hexadecimal(element: DerElement): string {
    let { content } = element;
    while (content < element.end - 1 && this.octets[content] === 0) content += 1;
    let text = '';
    for (let index = content; index < element.end; index += 1) text += hex[this.octets[index] ?? 0];
    return text;
  }

  /** Milliseconds since 1970 of a UTCTime or GeneralizedTime as RFC 5280 4.1.2.5 wants them. @throws DerError */
  time(): number {
    const element = this.next();
    const text = Buffer.from(this.value(element)).toString('latin1');
    const match = /^(\d{2}|\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text);
    const short = element.tag === tags.utcTime && text.length === 13;
    const long = element.tag === tags.generalizedTime && text.length === 15;
    if (!match || !(short || long)) throw new DerError('not a time');
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
    const whole = short ? (year < 50 ? 2000 + year : 1900 + year) : year;
    return Date.UTC(whole, month - 1, day, hour, minute, second);
  }

  /** Dotted text of an OBJECT IDENTIFIER. @throws DerError */
  oid(): string {
    const octets = this.value(this.next(tags.oid));
    const numbers: number[] = [];
    let number = 0;
    for (const octet of octets) {
      number = number * 128 + (octet & 0x7f);
      if (octet < 0x80) {
        numbers.push(number);
        number = 0;
      }
    }
    const [first = 0, ...rest] = numbers;
    const root = Math.min(2, Math.floor(first / 40));
    return [root, first - root * 40, ...rest].join('.');
  }
}

const hex = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, '0').toUpperCase());
