import type { Compilable, CompiledQuery, QueryResult } from 'kysely';
import type { Database } from './index.ts';
import { NodeSqliteAdapter } from './sqlite-dialect.ts';

/** Stands in a compiled query for a value that is known only when it runs. */
class Placeholder {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
  /** A query that computes with its values cannot be compiled without them. */
  [Symbol.toPrimitive](): never {
    throw new TypeError(`a prepared query computes with ${this.name}`);
  }
}

/**
 * A query that is built and compiled once for each kind of database, for what is asked with each request: building one
 * costs several times as much as SQLite takes to answer it. `build` is given stand-ins: it may put them where a value
 * stands, and do nothing else with them.
 */
export function prepared<Values extends object, Row>(
  build: (database: Database, values: Values) => Compilable<Row>,
): (database: Database, values: Values) => Promise<QueryResult<Row>> {
  // A transaction has its database's adapter.
  const compiled = new WeakMap<object, CompiledQuery<Row>>();
  const standIns = new Proxy({} as Values, {
    get: (_, name) => new Placeholder(String(name)),
  });
  return (database, values) => {
    const { adapter } = database.getExecutor();
    let query = compiled.get(adapter);
    if (!query) {
      query = build(database, standIns).compile();
      compiled.set(adapter, query);
    }
    const { queryId, query: node, sql, parameters } = query;
    const given = parameters.map((parameter) =>
      parameter instanceof Placeholder ? values[parameter.name as keyof Values] : parameter,
    );
    const complete: CompiledQuery<Row> = { queryId, query: node, sql, parameters: given };
    return adapter instanceof NodeSqliteAdapter
      ? adapter.executeQuery(complete, database.isTransaction)
      : database.executeQuery(complete);
  };
}
