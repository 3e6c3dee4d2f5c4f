import { classes, type FieldClass, type Redactions } from './classes.ts';
import type { Digest } from './tokens.ts';

/** Lists longer than this are cut: nothing on a pharmacy's PC has more, and a hostile host might. */
const longestList = 64;

/**
 * Keeps the fields that have a class, each as its class says; everything else is left out. The input is only read.
 * `redactions`: the report's own, unless something else than a report is made.
 */
export function redactFields(
  value: unknown,
  fields: Readonly<Record<string, FieldClass>>,
  digest: Digest,
  redactions: Redactions = classes,
  path = '',
): unknown {
  if (Array.isArray(value)) {
    return value
      .slice(0, longestList)
      .map((item) => redactFields(item, fields, digest, redactions, `${path}[]`))
      .filter((item) => item !== undefined);
  }
  if (typeof value === 'object' && value !== null) {
    const kept: Record<string, unknown> = {};
    for (const [key, item] of Object.entries(value)) {
      const below = path === '' ? key : `${path}.${key}`;
      if (!isNamed(fields, below)) continue;
      const redacted = redactFields(item, fields, digest, redactions, below);
      if (redacted !== undefined) kept[key] = redacted;
    }
    return kept;
  }
  if (value === null && isNamed(fields, path)) return null;
  const fieldClass = Object.hasOwn(fields, path) ? fields[path] : undefined;
  return fieldClass ? redactions[fieldClass](value, digest) : undefined;
}

function isNamed(fields: Readonly<Record<string, FieldClass>>, path: string): boolean {
  return Object.keys(fields).some(
    (field) => field === path || field.startsWith(`${path}.`) || field.startsWith(`${path}[]`),
  );
}
