import { PNG } from 'pngjs';
import { Data } from 'resedit';
import { describe, expect, it } from 'vitest';
import { windowsIcon } from './icon.ts';

function picture(side: number, [red, green, blue, alpha]: [number, number, number, number]): Buffer {
  const png = new PNG({ width: side, height: side });
  for (let at = 0; at < png.data.length; at += 4) png.data.set([red, green, blue, alpha], at);
  return PNG.sync.write(png);
}

describe('windowsIcon', () => {
  it('is read by others as one image per picture', () => {
    const icon = Data.IconFile.from(windowsIcon([picture(16, [1, 2, 3, 4]), picture(256, [5, 6, 7, 8])]));
    expect(icon.icons.map(({ width, height, bitCount }) => [width || 256, height || 256, bitCount])).toEqual([
      [16, 16, 32],
      [256, 256, 32],
    ]);
  });

  it('holds blue, green, red, alpha, from the bottom up', () => {
    const png = new PNG({ width: 2, height: 2 });
    png.data.set([10, 20, 30, 40, ...Array(4).fill(0), ...Array(4).fill(0), ...Array(4).fill(0)]);
    const icon = windowsIcon([PNG.sync.write(png)]);
    const pixels = 6 + 16 + 40;
    // The first pixel of the top row is the third of four.
    expect([...icon.subarray(pixels + 8, pixels + 12)]).toEqual([30, 20, 10, 40]);
  });

  it('refuses what is no square', () => {
    const png = PNG.sync.write(new PNG({ width: 16, height: 8 }));
    expect(() => windowsIcon([png])).toThrow(RangeError);
  });
});
