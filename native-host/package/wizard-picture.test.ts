import { PNG } from 'pngjs';
import { expect, it } from 'vitest';
import { wizardPicture } from './wizard-picture.ts';

it('is a bitmap of the wizard’s size with the icon on the ground', () => {
  const png = new PNG({ width: 2, height: 2 });
  png.data.set([10, 20, 30, 255, ...Array(12).fill(0)]);
  const picture = wizardPicture(PNG.sync.write(png));
  expect(picture.toString('latin1', 0, 2)).toBe('BM');
  expect([picture.readInt32LE(18), picture.readInt32LE(22), picture.readUInt16LE(28)]).toEqual([
    164, 314, 24,
  ]);
  expect(picture.length).toBe(54 + 492 * 314);
  expect(picture.readUInt32LE(2)).toBe(picture.length);
  const pixel = (x: number, y: number) => {
    const at = 54 + (313 - y) * 492 + x * 3;
    return [...picture.subarray(at, at + 3)];
  };
  // Blue, green, red. The icon's first pixel is opaque, its neighbour shows the ground.
  expect(pixel(81, 48)).toEqual([30, 20, 10]);
  expect(pixel(82, 48)).toEqual([0xf9, 0xf6, 0xf3]);
  expect(pixel(0, 0)).toEqual([0xf9, 0xf6, 0xf3]);
});
