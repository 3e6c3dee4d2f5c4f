import { readFile } from 'node:fs/promises';
import { type Configuration, ConfigurationError, parseConfiguration } from './schema.ts';

const prefix = 'HPKI_NAVI_';

/**
 * The configuration from a JSON file, the environment, or both. `HPKI_NAVI_PORTAL__LISTEN__PORT=8443` sets
 * `portal.listen.port`: `__` goes one level down, `_` joins words. Values that are JSON are read as JSON.
 * @throws ConfigurationError
 */
export async function loadConfiguration(
  file: string | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<Configuration> {
  const fromFile = file === undefined ? {} : await readJson(file);
  return parseConfiguration(withEnvironment(fromFile, environment));
}

async function readJson(file: string): Promise<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (isRecord(value)) return value;
  } catch (cause) {
    throw new ConfigurationError([`cannot read ${file} as JSON`], { cause });
  }
  throw new ConfigurationError([`${file} is not a JSON object`]);
}

/** A copy of `base` with what the environment says on top. */
export function withEnvironment(
  base: Record<string, unknown>,
  environment: NodeJS.ProcessEnv,
): Record<string, unknown> {
  const merged = structuredClone(base);
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith(prefix) || value === undefined) continue;
    const path = name.slice(prefix.length).split('__').map(camelCase);
    setAt(merged, path, jsonOrText(value));
  }
  return merged;
}

function setAt(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [head, ...rest] = path;
  if (head === undefined || head === '') return;
  if (rest.length === 0) {
    target[head] = value;
    return;
  }
  const below = target[head];
  const record = isRecord(below) ? below : {};
  target[head] = record;
  setAt(record, rest, value);
}

const camelCase = (words: string) => words.toLowerCase().replace(/_(\w)/g, (_, c: string) => c.toUpperCase());

function jsonOrText(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
