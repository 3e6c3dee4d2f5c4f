import { PNG } from 'pngjs';

/** What NSIS shows beside the first and last page, in pixels. */
const width = 164;
const height = 314;
/** Top of the icon. */
const top = 48;
const background = [0xf3, 0xf6, 0xf9] as const;

/**
 * The wizard's side picture: the product's icon on a plain ground, as a 24-bit Windows bitmap (BITMAPFILEHEADER,
 * BITMAPINFOHEADER, rows of BGR from the bottom up, each padded to 32 bits).
 */
export function wizardPicture(icon: Uint8Array): Buffer {
  const { width: side, data } = PNG.sync.read(Buffer.from(icon));
  const left = Math.floor((width - side) / 2);
  const row = Math.ceil((width * 3) / 4) * 4;
  const header = Buffer.alloc(54);
  header.write('BM', 0, 'latin1');
  header.writeUInt32LE(header.length + row * height, 2);
  header.writeUInt32LE(header.length, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(width, 18);
  header.writeInt32LE(height, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(24, 28);
  const pixels = Buffer.alloc(row * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [iconX, iconY] = [x - left, y - top];
      const inside = iconX >= 0 && iconX < side && iconY >= 0 && iconY < side;
      const at = (iconY * side + iconX) * 4;
      const alpha = inside ? data.readUInt8(at + 3) / 255 : 0;
      for (const [channel, ground] of background.entries()) {
        const colour = inside ? data.readUInt8(at + channel) : 0;
        const to = (height - 1 - y) * row + x * 3 + (2 - channel);
        pixels.writeUInt8(Math.round(colour * alpha + ground * (1 - alpha)), to);
      }
    }
  }
  return Buffer.concat([header, pixels]);
}
