import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

const css = await readFile(new URL('style.css', import.meta.url), 'utf8');
const [light = '', dark = ''] = [...css.matchAll(/:root \{([^}]*)\}/g)].map(([, block]) => block);

/** Relative luminance (WCAG 2.2) of a custom property's colour. */
function luminance(scheme: string, name: string): number {
  const hex = new RegExp(`--${name}: #([0-9a-f]{6});`).exec(scheme)?.[1] ?? '';
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

describe('the border of a field', () => {
  it.each([
    ['light', light],
    ['dark', dark],
  ])('can be seen in %s: 3:1 at least, WCAG 2.2, 1.4.11', (_, scheme) => {
    const border = /\ninput,\ntextarea \{[^}]*border: 2px solid var\(--([a-z]+)\)/.exec(css)?.[1] ?? '';
    for (const ground of ['paper', 'ground']) {
      const [high = 0, low = 0] = [luminance(scheme, border), luminance(scheme, ground)].toSorted(
        (a, b) => b - a,
      );
      expect((high + 0.05) / (low + 0.05)).toBeGreaterThanOrEqual(3);
    }
  });
});
