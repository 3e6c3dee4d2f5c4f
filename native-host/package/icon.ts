import { PNG } from 'pngjs';

/**
 * A Windows icon made of PNG pictures, one image per size.
 *
 * The images are 32-bit bitmaps and not embedded PNG, which the installer's compiler and old shells read only at
 * 256 pixels. Format: ICONDIR, one 16-octet ICONDIRENTRY per image, then for each a BITMAPINFOHEADER of twice the
 * height (colour and mask), BGRA rows from the bottom up, and a 1-bit mask, here all zero as alpha decides.
 */
export function windowsIcon(pictures: Uint8Array[]): Buffer {
  const images = pictures.map((picture) => bitmap(Buffer.from(picture)));
  const header = Buffer.alloc(6);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(images.length, 4);
  let offset = header.length + images.length * 16;
  const entries = images.map(({ side, octets }) => {
    const entry = Buffer.alloc(16);
    // One octet each; 0 means 256.
    entry.writeUInt8(side % 256, 0);
    entry.writeUInt8(side % 256, 1);
    entry.writeUInt16LE(1, 4);
    entry.writeUInt16LE(32, 6);
    entry.writeUInt32LE(octets.length, 8);
    entry.writeUInt32LE(offset, 12);
    offset += octets.length;
    return entry;
  });
  return Buffer.concat([header, ...entries, ...images.map(({ octets }) => octets)]);
}

function bitmap(picture: Buffer): { side: number; octets: Buffer } {
  const { width, height, data } = PNG.sync.read(picture);
  if (width !== height || width > 256)
    throw new RangeError(`an icon is a square up to 256: ${width}x${height}`);
  const side = width;
  const header = Buffer.alloc(40);
  header.writeUInt32LE(40, 0);
  header.writeInt32LE(side, 4);
  header.writeInt32LE(side * 2, 8);
  header.writeUInt16LE(1, 12);
  header.writeUInt16LE(32, 14);
  const colours = Buffer.alloc(side * side * 4);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const from = (y * side + x) * 4;
      const to = ((side - 1 - y) * side + x) * 4;
      for (const [at, channel] of [2, 1, 0, 3].entries()) {
        colours.writeUInt8(data.readUInt8(from + channel), to + at);
      }
    }
  }
  // Mask rows are padded to 32 bits.
  const mask = Buffer.alloc(Math.ceil(side / 32) * 4 * side);
  return { side, octets: Buffer.concat([header, colours, mask]) };
}
