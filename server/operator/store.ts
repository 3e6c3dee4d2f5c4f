import { audit } from '../audit/log.ts';
import { type Database, type OperatorRole, type OperatorsTable, transact } from '../database/index.ts';
import { hashOf, newToken } from '../http/tokens.ts';

/** A link for making a passkey is good for this long. Milliseconds. */
const enrolmentLifetime = 24 * 3_600_000;
/** A working session. Milliseconds. */
export const operatorSessionLifetime = 4 * 3_600_000;

/** Adds an operator, or a passkey more to one that is there. Returns the token of the link. */
export async function addOperator(
  database: Database,
  { name, role }: { name: string; role: OperatorRole },
  now: number,
): Promise<{ id: string; token: string }> {
  const id = newToken();
  return await transact(database, async (transaction) => {
    await transaction
      .insertInto('operators')
      .values({ id, name, role, created_at: now, ended_at: null })
      .execute();
    await audit(transaction, { actor: 'command', act: 'operator-added', subject: id, detail: { role } }, now);
    const token = newToken();
    await transaction
      .insertInto('operator_enrolments')
      .values({ token_hash: hashOf(token), operator_id: id, expires_at: now + enrolmentLifetime })
      .execute();
    return { id, token };
  });
}

/** Ends an operator: sessions and passkeys stop at once. False when there is none in service with this id. */
export async function endOperator(database: Database, id: string, now: number): Promise<boolean> {
  return await transact(database, async (transaction) => {
    const { numUpdatedRows } = await transaction
      .updateTable('operators')
      .set({ ended_at: now })
      .where('id', '=', id)
      .where('ended_at', 'is', null)
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) return false;
    await transaction.deleteFrom('operator_sessions').where('operator_id', '=', id).execute();
    await transaction.deleteFrom('operator_enrolments').where('operator_id', '=', id).execute();
    await audit(transaction, { actor: 'command', act: 'operator-ended', subject: id }, now);
    return true;
  });
}

export async function listOperators(database: Database): Promise<(OperatorsTable & { keys: number })[]> {
  const rows = await database
    .selectFrom('operators')
    .leftJoin('operator_keys', 'operator_keys.operator_id', 'operators.id')
    .selectAll('operators')
    .select((eb) => eb.fn.count<number>('operator_keys.id').as('keys'))
    .groupBy([
      'operators.id',
      'operators.name',
      'operators.role',
      'operators.created_at',
      'operators.ended_at',
    ])
    .orderBy('operators.created_at')
    .execute();
  return rows.map((row) => ({ ...row, keys: Number(row.keys) }));
}

/** The operator that an enrolment link is for. */
export async function enrolmentOf(
  database: Database,
  token: string,
  now: number,
): Promise<OperatorsTable | undefined> {
  return await database
    .selectFrom('operator_enrolments')
    .innerJoin('operators', 'operators.id', 'operator_enrolments.operator_id')
    .selectAll('operators')
    .where('token_hash', '=', hashOf(token))
    .where('operator_enrolments.expires_at', '>', now)
    .where('operators.ended_at', 'is', null)
    .executeTakeFirst();
}

export interface NewOperatorKey {
  id: string;
  public_key: string;
  counter: number;
  transports: string;
}

/** Keeps the passkey that was made with a link; the link is used up. False when it was already. */
export async function enrol(
  database: Database,
  token: string,
  operatorId: string,
  key: NewOperatorKey,
  now: number,
): Promise<boolean> {
  return await transact(database, async (transaction) => {
    const { numDeletedRows } = await transaction
      .deleteFrom('operator_enrolments')
      .where('token_hash', '=', hashOf(token))
      .where('operator_id', '=', operatorId)
      .executeTakeFirst();
    if (numDeletedRows !== 1n) return false;
    await transaction
      .insertInto('operator_keys')
      .values({ ...key, operator_id: operatorId, registered_at: now })
      .execute();
    await audit(transaction, { actor: operatorId, act: 'operator-enrolled', subject: operatorId }, now);
    return true;
  });
}

/** Signs an operator in. Returns the session's token. */
export async function startOperatorSession(
  database: Database,
  key: { id: string; operatorId: string; counter: number },
  now: number,
): Promise<string> {
  const token = newToken();
  await transact(database, async (transaction) => {
    await transaction
      .updateTable('operator_keys')
      .set({ counter: key.counter })
      .where('id', '=', key.id)
      .execute();
    await transaction
      .insertInto('operator_sessions')
      .values({
        token_hash: hashOf(token),
        operator_id: key.operatorId,
        expires_at: now + operatorSessionLifetime,
      })
      .execute();
    await audit(transaction, { actor: key.operatorId, act: 'signed-in' }, now);
  });
  return token;
}

export async function operatorOfSession(
  database: Database,
  token: string,
  now: number,
): Promise<OperatorsTable | undefined> {
  return await database
    .selectFrom('operator_sessions')
    .innerJoin('operators', 'operators.id', 'operator_sessions.operator_id')
    .selectAll('operators')
    .where('token_hash', '=', hashOf(token))
    .where('operator_sessions.expires_at', '>', now)
    .where('operators.ended_at', 'is', null)
    .executeTakeFirst();
}

export async function endOperatorSession(database: Database, token: string, now: number): Promise<void> {
  await transact(database, async (transaction) => {
    const row = await transaction
      .deleteFrom('operator_sessions')
      .where('token_hash', '=', hashOf(token))
      .returning('operator_id')
      .executeTakeFirst();
    if (row) await audit(transaction, { actor: row.operator_id, act: 'signed-out' }, now);
  });
}
