import { usernameCandidates } from '../../common/certificate/index.ts';
import { audit } from '../audit/log.ts';
import { type Database, lockPerson, type PhoneKind, transact } from '../database/index.ts';
import { type Sheet, sheetsOfPerson } from '../initial-sheet/store.ts';
import { linkedAt } from '../my-number/link-store.ts';
import { endPhoneInUse, endWhatWasBegun } from '../phone/ended-phone.ts';

/** What support sees of a person. Keys themselves are not shown. */
export interface PersonView {
  id: string;
  username: string;
  phones: {
    label: string;
    kind: PhoneKind;
    registeredAt: number;
    replacedAt: number | null;
    lastUsedAt: number | null;
  }[];
  linkedAt: number | undefined;
  sheets: Sheet[];
}

/** The people whose username is the text typed, or consists of the number typed. */
export async function findPeople(
  database: Database,
  typed: string,
): Promise<{ id: string; username: string }[]> {
  const candidates = usernameCandidates(typed);
  if (candidates.length === 0) return [];
  return await database
    .selectFrom('people')
    .select(['id', 'username'])
    .where('username', 'in', candidates)
    .orderBy('username')
    .execute();
}

export async function viewPerson(database: Database, id: string): Promise<PersonView | undefined> {
  const person = await database
    .selectFrom('people')
    .select(['id', 'username'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (!person) return undefined;
  const phones = await database
    .selectFrom('credentials')
    .select(['label', 'phone', 'registered_at', 'replaced_at', 'last_used_at'])
    .where('person_id', '=', id)
    .orderBy('registered_at', 'desc')
    .limit(20)
    .execute();
  return {
    ...person,
    phones: phones.map((row) => ({
      label: row.label,
      kind: row.phone,
      registeredAt: row.registered_at,
      replacedAt: row.replaced_at,
      lastUsedAt: row.last_used_at,
    })),
    linkedAt: await linkedAt(database, id),
    sheets: await sheetsOfPerson(database, id),
  };
}

/** Ends the phone in use: lost, stolen, or its owner gone. Each returns whether there was anything to end. */
export async function endPhone(
  database: Database,
  personId: string,
  operatorId: string,
  now: number,
): Promise<boolean> {
  return await transact(database, async (transaction) => {
    await lockPerson(transaction, personId);
    if (!(await endPhoneInUse(transaction, personId, null, now))) return false;
    await audit(transaction, { actor: operatorId, act: 'phone-ended', subject: personId }, now);
    return true;
  });
}

export async function unlinkCard(
  database: Database,
  personId: string,
  operatorId: string,
  now: number,
): Promise<boolean> {
  return await transact(database, async (transaction) => {
    await lockPerson(transaction, personId);
    const { numDeletedRows } = await transaction
      .deleteFrom('my_number_cards')
      .where('person_id', '=', personId)
      .executeTakeFirst();
    if (numDeletedRows === 0n) return false;
    // Whoever has the card may have begun something with it as well.
    await endWhatWasBegun(transaction, personId, null);
    await audit(transaction, { actor: operatorId, act: 'card-unlinked', subject: personId }, now);
    return true;
  });
}

export async function revokeSheet(
  database: Database,
  personId: string,
  sheetId: string,
  operatorId: string,
  now: number,
): Promise<boolean> {
  return await transact(database, async (transaction) => {
    const { numUpdatedRows } = await transaction
      .updateTable('initial_sheets')
      .set({ state: 'revoked' })
      .where('id', '=', sheetId)
      .where('person_id', '=', personId)
      .where('state', 'in', ['issued', 'locked'])
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return false;
    const detail = { person: personId };
    await audit(transaction, { actor: operatorId, act: 'sheet-revoked', subject: sheetId, detail }, now);
    return true;
  });
}
