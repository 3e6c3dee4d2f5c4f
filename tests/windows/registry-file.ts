/** Keys by full name, each with its values by name; the default value has the name ''. */
export type RegistryKeys = Map<string, Map<string, string>>;

/**
 * Reads what regedit exports: "Windows Registry Editor Version 5.00", UTF-16LE. Strings come out as they are, numbers
 * and other types as regedit writes them (`dword:00000001`).
 */
export function readRegistryFile(content: Buffer): RegistryKeys {
  const keys: RegistryKeys = new Map();
  let values: Map<string, string> | undefined;
  const text = content.toString('utf16le').replace(/^\uFEFF/, '');
  // A backslash at the end of a line continues a long binary value.
  for (const line of text.replace(/\\\r?\n\s*/g, '').split(/\r?\n/)) {
    const key = /^\[(.+)\]$/.exec(line)?.[1];
    if (key !== undefined) {
      values = new Map();
      keys.set(key, values);
      continue;
    }
    const value = /^(?:@|"((?:[^"\\]|\\.)*)")=(.*)$/.exec(line);
    if (value && values) values.set(withoutEscapes(value[1] ?? ''), unquoted(value[2] ?? ''));
  }
  return keys;
}

/** What is in one and not in the other, as lines: `+` came, `-` went, in the order of the keys' names. */
export function registryDifference(before: RegistryKeys, after: RegistryKeys): string[] {
  const lines = (keys: RegistryKeys) =>
    new Set(
      [...keys].flatMap(([key, values]) => [
        key,
        ...[...values].map(([name, value]) => `${key} ${name}=${value}`),
      ]),
    );
  const [old, now] = [lines(before), lines(after)];
  return [
    ...[...old].filter((line) => !now.has(line)).map((line) => `- ${line}`),
    ...[...now].filter((line) => !old.has(line)).map((line) => `+ ${line}`),
  ].sort((a, b) => (a.slice(2) < b.slice(2) ? -1 : 1));
}

function unquoted(value: string): string {
  const inside = /^"(.*)"$/.exec(value)?.[1];
  return inside === undefined ? value : withoutEscapes(inside);
}

function withoutEscapes(text: string): string {
  return text.replace(/\\(.)/g, '$1');
}
