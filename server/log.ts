import type { Writable } from 'node:stream';
import { type Logger, pino } from 'pino';
import type { Configuration } from './configuration/index.ts';

/** Log lines as JSON. Nothing about a person: no addresses, no codes, no usernames, and of errors only what is safe. */
export function makeLog(level: Configuration['log'], destination: Writable): Logger {
  return pino({ level, base: { pid: process.pid }, serializers: { err: safeError } }, destination);
}

const safeMembers = ['code', 'errcode', 'syscall', 'table', 'constraint', 'severity', 'routine'] as const;

/**
 * What is logged of an error: its kind, its codes and where it happened. Not its message, and not what drivers attach:
 * PostgreSQL's `detail` quotes the row, a parser's message the input.
 */
export function safeError(error: unknown, depth = 0): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const known = error as Error & Partial<Record<(typeof safeMembers)[number], unknown>>;
  const members = safeMembers.flatMap((name) => {
    const value = known[name];
    return typeof value === 'string' || typeof value === 'number' ? [[name, value]] : [];
  });
  return {
    type: error.name,
    ...Object.fromEntries(members),
    frames: frames.slice(0, 8).map((line) => line.trim()),
    ...(error.cause !== undefined && depth < 3 ? { cause: safeError(error.cause, depth + 1) } : {}),
  };
}
