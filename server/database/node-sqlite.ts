import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

/** Compiled statements kept; the queries of the platform are far fewer. */
const keptStatements = 200;

/**
 * Milliseconds that SQLite itself waits for another connection's lock, with the event loop standing still: no more than
 * the moment that a lock takes to pass on. Who can wait longer does it beside the event loop.
 */
const busyMs = 20;

export interface Statement {
  /** Whether it gives rows. */
  reader: boolean;
  all(parameters: readonly unknown[]): unknown[];
  run(parameters: readonly unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint };
}

/** Node's own SQLite, with its settings and compiled statements. Synchronous. */
export class NodeSqliteDatabase {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, Statement>();

  /**
   * `file` may be `:memory:`. A commit is on the disk when it returns (synchronous FULL): done means done. What is
   * deleted is overwritten, also in copies made from then on. What savepoints set aside stays in memory; of the file up
   * to 16 MiB are kept at hand.
   * @throws when it can't be written to: SQLite would open it all the same, for reading only
   */
  constructor(file: string) {
    this.#database = new DatabaseSync(file, { enableForeignKeyConstraints: true });
    this.#database.exec(`
      pragma busy_timeout = 5000;
      pragma journal_mode = wal;
      pragma synchronous = full;
      pragma secure_delete = on;
      pragma temp_store = memory;
      pragma cache_size = -16384;
      pragma busy_timeout = ${busyMs};
    `);
    this.#mustBeWritable();
  }

  #mustBeWritable(): void {
    try {
      this.#database.exec('begin immediate; pragma user_version = 0; rollback');
    } catch (error) {
      // Somebody is writing: then it can be written to.
      if (!isBusy(error)) throw error;
    }
  }

  get isTransaction(): boolean {
    return this.#database.isTransaction;
  }

  prepare(sql: string): Statement {
    const kept = this.#statements.get(sql);
    if (kept) return kept;
    const statement = statementOf(this.#database.prepare(sql));
    if (this.#statements.size >= keptStatements) this.#statements.clear();
    this.#statements.set(sql, statement);
    return statement;
  }

  /** A statement without parameters or rows. */
  execute(sql: string): void {
    this.prepare(sql).run([]);
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }
}

/** SQLITE_BUSY (5) or one of its extended codes: another connection holds a lock. */
export function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === 5;
}

function statementOf(statement: StatementSync): Statement {
  const bind = (parameters: readonly unknown[]) => parameters as SQLInputValue[];
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...bind(parameters)),
    run: (parameters) => statement.run(...bind(parameters)),
  };
}
