import { type Database, transact } from '../database/index.ts';

/** The person whose My Number card it is, by the hash of its subject. */
export async function personIdOfCard(database: Database, subjectHash: string): Promise<string | undefined> {
  const row = await database
    .selectFrom('my_number_cards')
    .select('person_id')
    .where('subject_hash', '=', subjectHash)
    .executeTakeFirst();
  return row?.person_id;
}

/** When the person's My Number card was linked, in milliseconds since 1970. */
export async function linkedAt(database: Database, personId: string): Promise<number | undefined> {
  const row = await database
    .selectFrom('my_number_cards')
    .select('linked_at')
    .where('person_id', '=', personId)
    .executeTakeFirst();
  return row?.linked_at;
}

/**
 * Links a My Number card to a person; a card linked before is replaced (it is renewed every five years, and its
 * subject with it). The session keeps that it was done. False when the card belongs to someone else: it then proves that
 * other person, and stays so.
 */
export async function linkCard(
  database: Database,
  { personId, hash: sessionHash }: { personId: string; hash: string },
  subjectHash: string,
  now: number,
): Promise<boolean> {
  return await transact(database, async (transaction) => {
    const owner = await personIdOfCard(transaction, subjectHash);
    if (owner !== undefined && owner !== personId) return false;
    await transaction
      .insertInto('my_number_cards')
      .values({ person_id: personId, subject_hash: subjectHash, linked_at: now })
      .onConflict((conflict) =>
        conflict.column('person_id').doUpdateSet({ subject_hash: subjectHash, linked_at: now }),
      )
      .execute();
    await transaction
      .updateTable('sessions')
      .set({ linked: 1 })
      .where('token_hash', '=', sessionHash)
      .execute();
    return true;
  });
}
