import type { Database } from '../database/index.ts';
import { openSignIns } from '../sign-in/store.ts';
import { unfinishedTickets } from '../ticket/store.ts';

/**
 * A phone of this person is in use no longer: whatever it, or whoever has it, may have begun ends with it: sessions, QR
 * codes and sign-ins. All of the person's, because nothing else tells which. What goes on with the QR code `kept` stays.
 * In the transaction that ends the phone. PCs that wait see it when they look again.
 */
export async function endWhatPhoneBegan(
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
  await database
    .updateTable('tickets')
    .set((eb) => ({ state: 'cancelled' as const, version: eb('version', '+', 1) }))
    .where('person_id', '=', personId)
    .where('id', '!=', kept ?? '')
    .where('state', 'in', unfinishedTickets)
    .execute();
  await database
    .updateTable('sign_ins')
    .set((eb) => ({ state: 'cancelled' as const, version: eb('version', '+', 1) }))
    .where('person_id', '=', personId)
    .where('state', 'in', [...openSignIns, 'done'])
    .execute();
}
