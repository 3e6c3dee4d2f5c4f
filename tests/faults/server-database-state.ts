import { DatabaseSync } from 'node:sqlite';

/** What the database says, past the server. */
export function lookInto(file: string): { sound: boolean; registered: number; done: number; inUse: number } {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const one = (sql: string) => Object.values(database.prepare(sql).get() ?? {})[0];
    return {
      sound:
        one('pragma integrity_check') === 'ok' &&
        database.prepare('pragma foreign_key_check').all().length === 0,
      registered: Number(one(`select count(*) from tickets where state in ('registered', 'done')`)),
      done: Number(one(`select count(*) from tickets where state = 'done'`)),
      inUse: Number(one('select count(*) from credentials where replaced_at is null')),
    };
  } finally {
    database.close();
  }
}
