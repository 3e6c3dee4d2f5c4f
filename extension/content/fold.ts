/**
 * Makes texts comparable that a person reads as the same: full-width and half-width forms (NFKC), line breaks and
 * spaces of any kind, invisible characters, case.
 */
export function fold(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\s\u00AD\u200B-\u200F\u2060\uFEFF]+/gu, '')
    .toLowerCase();
}

/** Marks that stand before or after a label without being part of it: arrows, bullets, brackets' leftovers. */
const ornaments = /^[→⇒➡▶▷►»›>・●○■□◆◇★☆※*:：\-–—|]+|[→⇒➡▶▷►»›>・●○■□◆◇★☆:：\-–—|]+$/gu;

/** A control's name without what only decorates it. */
export function foldLabel(text: string): string {
  return fold(text).replace(ornaments, '');
}
