import { type Kysely, SqliteAdapter, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** SQLite's REPLACE deletes a row without asking the trigger for that: it is refused as an insertion already. */
export const auditLogGuard: Migration = {
  async up(db: Kysely<unknown>) {
    if (!(db.getExecutor().adapter instanceof SqliteAdapter)) return;
    await sql`create trigger audit_log_no_replace before insert on audit_log
      when exists (select 1 from audit_log where seq = new.seq)
      begin select raise(abort, 'the audit log is append-only'); end`.execute(db);
  },
};
