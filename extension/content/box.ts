import { imageOfArea } from './page-text.ts';

/** Where an element is on the screen; of an area, the box around its coordinates within the image. */
export function boxOf(element: Element): DOMRect {
  const image = imageOfArea(element);
  if (!image) return element.getBoundingClientRect();
  const { left, top, width, height } = image.getBoundingClientRect();
  const numbers = (element as HTMLAreaElement).coords.split(',').map(Number);
  if (numbers.length < 3 || numbers.some(Number.isNaN)) return new DOMRect(left, top, width, height);
  const [x = 0, y = 0, third = 0] = numbers;
  if (numbers.length === 3) return new DOMRect(left + x - third, top + y - third, 2 * third, 2 * third);
  const across = numbers.filter((_, index) => index % 2 === 0);
  const down = numbers.filter((_, index) => index % 2 === 1);
  const [leftmost, topmost] = [Math.min(...across), Math.min(...down)];
  return new DOMRect(
    left + leftmost,
    top + topmost,
    Math.max(...across) - leftmost,
    Math.max(...down) - topmost,
  );
}

/** What two boxes share; without width or height where they share nothing. */
export function sharedBox(one: DOMRect, other: DOMRect): DOMRect {
  const left = Math.max(one.left, other.left);
  const top = Math.max(one.top, other.top);
  const width = Math.max(0, Math.min(one.right, other.right) - left);
  const height = Math.max(0, Math.min(one.bottom, other.bottom) - top);
  return new DOMRect(left, top, width, height);
}

export const isEmptyBox = ({ width, height }: DOMRect): boolean => width < 1 || height < 1;
