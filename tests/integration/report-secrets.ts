/** Every way in which a secret could stand in an output without being seen at once. */
export function disguises(secret: string): { how: string; text: string }[] {
  const utf8 = Buffer.from(secret, 'utf8');
  const utf16 = Buffer.from(secret, 'utf16le');
  const octets: [string, Buffer][] = [
    ['utf-8', utf8],
    ['utf-16le', utf16],
    ['utf-16be', Buffer.from(utf16).swap16()],
    ['utf-8 reversed', Buffer.from(utf8).reverse()],
    ['utf-16le reversed', Buffer.from(utf16).reverse()],
  ];
  // What is hexadecimal already may be the octets themselves, in either order: a serial number on a reversed bus.
  if (/^(?:[0-9A-Fa-f]{2}){2,}$/.test(secret)) {
    const meant = Buffer.from(secret, 'hex');
    octets.push(['octets', meant], ['octets reversed', Buffer.from(meant).reverse()]);
  }
  const found = [
    { how: 'plain', text: secret },
    { how: 'reversed', text: [...secret].reverse().join('') },
    { how: 'percent', text: encodeURIComponent(secret) },
    { how: 'percent, all', text: [...utf8].map((octet) => `%${hex(octet)}`).join('') },
    { how: 'json', text: [...secret].map((sign) => unicode(sign, 'u')).join('') },
    { how: 'html', text: [...secret].map((sign) => `&#${sign.codePointAt(0)};`).join('') },
    { how: 'spaced', text: [...secret].join(' ') },
  ];
  for (const [how, buffer] of octets) {
    found.push({ how: `${how} hex`, text: buffer.toString('hex') });
    found.push({ how: `${how} latin-1`, text: buffer.toString('latin1') });
    // The part of the base64 that does not depend on what stands around, for each of the three alignments.
    for (const alignment of [0, 1, 2]) {
      const encoded = Buffer.concat([Buffer.alloc(alignment), buffer]).toString('base64');
      const from = Math.ceil((alignment * 4) / 3);
      const to = Math.floor(((alignment + buffer.length) * 4) / 3);
      const text = encoded.slice(from, to);
      if (text.length >= 6) {
        found.push({ how: `${how} base64+${alignment}`, text });
        found.push({
          how: `${how} base64url+${alignment}`,
          text: text.replace(/\+/g, '-').replace(/\//g, '_'),
        });
      }
    }
  }
  return found.filter(({ text }) => text.length >= 3);
}

/** Where a secret stands in `output`, in whatever form; without regard to case and width. */
export function findSecret(output: string, secret: string): string[] {
  const sought = fold(output);
  return disguises(secret).flatMap(({ how, text }) =>
    sought.some((it) => it.includes(fold(text)[0] as string)) ? [how] : [],
  );
}

function fold(text: string): string[] {
  const lower = text.normalize('NFKC').toLowerCase();
  // With and without the separators that a formatter puts in.
  return [lower, lower.replace(/[\s:.-]/g, '')];
}

const hex = (octet: number) => octet.toString(16).padStart(2, '0').toUpperCase();

function unicode(sign: string, letter: string): string {
  return [...Array(sign.length).keys()]
    .map((index) => `\\${letter}${sign.charCodeAt(index).toString(16).padStart(4, '0')}`)
    .join('');
}
