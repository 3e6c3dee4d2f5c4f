import { type Database, prepared } from '../database/index.ts';
import { cancelSignInsOfPerson } from '../sign-in/store.ts';
import { cancelTicketsOfPerson } from '../ticket/store.ts';

/**
 * Ends the person's phone in use, if there is one, with what it began (see endWhatWasBegun). It stays on record. In a
 * transaction that has locked the person. Returns whether there was one.
 */
export async function endPhoneInUse(
  database: Database,
  personId: string,
  kept: string | null,
  now: number,
): Promise<boolean> {
  const { numAffectedRows } = await replacePhone(database, { personId, now });
  if (numAffectedRows === 0n) return false;
  await endWhatWasBegun(database, personId, kept);
  return true;
}

const replacePhone = prepared((database, { personId, now }: { personId: string; now: number }) =>
  database
    .updateTable('credentials')
    .set({ replaced_at: now })
    .where('person_id', '=', personId)
    .where('replaced_at', 'is', null),
);

/**
 * A phone or card of this person counts no longer: whatever it, or whoever has it, may have begun ends with it: sessions,
 * QR codes and sign-ins. All of the person's, because nothing else tells which. What goes on with the QR code `kept`
 * stays. PCs that wait see it when they look again.
 */
export async function endWhatWasBegun(
  database: Database,
  personId: string,
  kept: string | null,
): Promise<void> {
  const ownSession = database.selectFrom('tickets').select('session_hash').where('id', '=', kept);
  await database
    .deleteFrom('sessions')
    .where('person_id', '=', personId)
    .where('token_hash', 'not in', ownSession)
    .execute();
  await cancelTicketsOfPerson(database, personId, kept);
  await cancelSignInsOfPerson(database, personId);
}
