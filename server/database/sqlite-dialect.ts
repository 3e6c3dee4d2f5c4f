import { setTimeout as sleep } from 'node:timers/promises';
import {
  CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { isBusy, NodeSqliteDatabase } from './node-sqlite.ts';

/** Node's own SQLite for Kysely, with group commit: see GroupCommitDriver. `file` may be `:memory:`. */
export class NodeSqliteDialect implements Dialect {
  readonly #driver: GroupCommitDriver;

  constructor(file: string) {
    this.#driver = new GroupCommitDriver(file);
  }

  createDriver(): Driver {
    return this.#driver;
  }

  createQueryCompiler(): SqliteQueryCompiler {
    return new SqliteQueryCompiler();
  }

  createAdapter(): NodeSqliteAdapter {
    return new NodeSqliteAdapter(this.#driver);
  }

  createIntrospector(database: Kysely<unknown>): DatabaseIntrospector {
    return new SqliteIntrospector(database);
  }
}

/** There is one connection, but the driver shares it by itself. */
export class NodeSqliteAdapter extends SqliteAdapter {
  readonly #driver: GroupCommitDriver;

  constructor(driver: GroupCommitDriver) {
    super();
    this.#driver = driver;
  }

  /**
   * What Kysely's `executeQuery` does, on a shorter way: with a prepared query it would take as long as SQLite. That a
   * transaction has ended is an error here, too, but while another one is in progress it is not noticed.
   */
  executeQuery<Row>(query: CompiledQuery<Row>, isTransaction: boolean): Promise<QueryResult<Row>> {
    return this.#driver.query(query, isTransaction);
  }

  override get supportsMultipleConnections(): boolean {
    return true;
  }

  /** SQLite's is transactional. Without this a program that ends among its migrations never starts again. */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** What is written between two commits. */
interface Group {
  written: Promise<void>;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * Durable writes cost a wait for the disk each. Here all that is written while the event loop goes round once shares
 * one: each statement or transaction becomes a part (a savepoint) of an outer transaction, and nobody is answered
 * before that one is on the disk. Who reads meanwhile waits for it too, so that nothing is shown that could still be
 * lost.
 */
class GroupCommitDriver implements Driver {
  readonly #file: string;
  #database: NodeSqliteDatabase | undefined;
  #group: Group | undefined;
  /** Ends when the transaction in progress does, if there is one: statements of others must not fall into it. */
  #turn: Promise<void> | undefined;
  #transaction: { connection: DatabaseConnection; group: Group | undefined; release(): void } | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  async init(): Promise<void> {
    this.#database = new NodeSqliteDatabase(this.#file);
  }

  async acquireConnection(): Promise<SharedConnection> {
    return new SharedConnection(this);
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    const release = await this.#takeTurn();
    try {
      await this.#whenFree(() => this.#openGroup(), 'my turn');
      this.#open.execute('savepoint part');
    } catch (error) {
      release();
      throw error;
    }
    this.#transaction = { connection, group: this.#group, release };
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    const group = this.#group;
    if (!group || !this.isInTransaction(connection) || this.#transaction?.group !== group) {
      throw new Error('the transaction is lost');
    }
    this.#endPart(['release part']);
    await group.written;
  }

  /** Kysely asks for it after a commit that failed, too: then it has ended, and another's may be in progress. */
  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.isInTransaction(connection)) this.#endPart(['rollback to part', 'release part']);
  }

  /** For SharedConnection. */
  isInTransaction(connection: DatabaseConnection): boolean {
    return this.#transaction?.connection === connection;
  }

  async savepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`savepoint "${name}"`));
  }

  async rollbackToSavepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`rollback to "${name}"`));
  }

  async releaseSavepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`release "${name}"`));
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {
    await this.#group?.written.catch(() => undefined);
    this.#database?.close();
    this.#database = undefined;
  }

  /** For SharedConnection and NodeSqliteAdapter. */
  async query<Row>(query: CompiledQuery, inTransaction: boolean): Promise<QueryResult<Row>> {
    if (inTransaction) {
      // SQLite may have undone all of it by itself: what came now would be committed at once, alone.
      if (!this.#transaction || this.#transaction.group !== this.#group) {
        throw new Error('the transaction has ended');
      }
      return this.#run(query);
    }
    const { group, result } = await this.#whenFree(() => {
      if (!isRead(query)) this.#openGroup();
      return { group: this.#group, result: this.#run<Row>(query) };
    });
    await group?.written;
    return result;
  }

  get #open(): NodeSqliteDatabase {
    if (!this.#database) throw new Error('the database is closed');
    return this.#database;
  }

  /**
   * Runs `use` when no transaction is in progress but one's own, and again as long as another connection holds the
   * file. The event loop goes on meanwhile.
   */
  async #whenFree<Result>(use: () => Result, turn?: 'my turn'): Promise<Result> {
    for (const start = performance.now(); ; ) {
      while (!turn && this.#turn) await this.#turn;
      try {
        return use();
      } catch (error) {
        if (!isBusy(error) || performance.now() - start > lockMs) throw error;
        await sleep(5 + Math.random() * 20);
      }
    }
  }

  #run<Row>({ sql, parameters }: CompiledQuery): QueryResult<Row> {
    try {
      const statement = this.#open.prepare(sql);
      if (statement.reader) return { rows: statement.all(parameters) as Row[] };
      const { changes, lastInsertRowid } = statement.run(parameters);
      return { insertId: BigInt(lastInsertRowid), numAffectedRows: BigInt(changes), rows: [] };
    } catch (error) {
      // A full disk and the like make SQLite roll back all of it (lang_transaction.html, 3.2).
      if (this.#group && !this.#open.isTransaction) this.#settle(error);
      throw error;
    }
  }

  async #takeTurn(): Promise<() => void> {
    const before = this.#turn;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turn = promise;
    await before;
    return () => {
      if (this.#turn === promise) this.#turn = undefined;
      resolve();
    };
  }

  #openGroup(): void {
    if (this.#group) return;
    // At once for writing: a reader that wants to write later could be refused where two processes share the file.
    this.#open.execute('begin immediate');
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // Those who wait for it learn of a failure; nobody may be waiting.
    promise.catch(() => undefined);
    const group = { written: promise, resolve, reject };
    this.#group = group;
    setImmediate(() => void this.#commitGroup(group));
  }

  async #commitGroup(group: Group): Promise<void> {
    const release = await this.#takeTurn();
    // It may have ended already, and another one begun.
    if (this.#group === group) this.#finish();
    release();
  }

  #finish(): void {
    try {
      this.#open.execute('commit');
      this.#settle();
    } catch (error) {
      if (this.#database?.isTransaction) this.#database.execute('rollback');
      this.#settle(error);
    }
  }

  #settle(error?: unknown): void {
    const group = this.#group;
    this.#group = undefined;
    if (error === undefined) group?.resolve();
    else group?.reject(error);
  }

  #endPart(statements: readonly string[]): void {
    try {
      if (this.#open.isTransaction) for (const statement of statements) this.#open.execute(statement);
    } finally {
      this.#transaction?.release();
      this.#transaction = undefined;
    }
  }
}

/** What Kysely holds during a query or a transaction. */
class SharedConnection implements DatabaseConnection {
  readonly #driver: GroupCommitDriver;

  constructor(driver: GroupCommitDriver) {
    this.#driver = driver;
  }

  executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    return this.#driver.query(query, this.#driver.isInTransaction(this));
  }

  // biome-ignore lint/correctness/useYield: nothing here streams.
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('SQLite is not streamed from');
  }
}

/** Milliseconds that a statement waits for another process to let go of the file: a backup, a command, a second server. */
const lockMs = 5_000;

function isRead({ query, sql }: CompiledQuery): boolean {
  return query.kind === 'SelectQueryNode' || /^\s*(select|pragma)\b/i.test(sql);
}
