import { expect } from 'vitest';
import { portalHost, type TestServer, type Visitor } from './server-fixture.ts';
import type { SoftwarePhone } from './server-software-phone.ts';

/** Pages to begin at: whoever goes back to one is shown it, and nothing happens. */
const entries = ['/status', '/change-phone', '/my-number-card', '/link-my-number-card'];
/** What a registration, a sign-in or an act of an operator leaves, in one query: table, which, how it stands. */
const leavings = Object.entries({
  people: ['id', 'username'],
  credentials: ['id', "coalesce(replaced_at, 0) || '/' || coalesce(last_used_at, 0)"],
  candidates: ['id', 'ticket_id'],
  tickets: ['id', "state || '/' || version"],
  sign_ins: ['id', "state || '/' || version"],
  my_number_cards: ['person_id', 'subject_hash'],
  initial_sheets: ['id', "state || '/' || wrong_passwords"],
  audit_log: ["'' || seq", 'act'],
})
  .map(([table, [which, how]]) => `select '${table}' as tab, ${which} as which, ${how} as how from ${table}`)
  .join(' union all ');

/**
 * Does with the page of a step what people do: reloads it, goes back to each page before it, has it in two tabs at once.
 * It must lead to where the visitor is, every time, and change nothing. One for each test: it remembers where everyone was.
 */
export function disturber(test: TestServer) {
  const before = new Map<Visitor['cookies'], string[]>();
  const state = async () => (await test.database.rows(leavings)).map((row) => JSON.stringify(row)).toSorted();

  /** `here`: a path of the portal or a whole address. */
  async function disturbed(visitor: Visitor, here: string): Promise<void> {
    const pathOf = (address: string) => new URL(address, `https://${portalHost}`).pathname;
    const was = before.get(visitor.cookies) ?? [];
    before.set(visitor.cookies, [...was, here]);
    expect((await visitor.follow(here)).path).toBe(pathOf(here));
    const kept = await state();
    const shown = [];
    for (const address of [here, ...was.toReversed(), here]) {
      const { path, status } = await visitor.follow(address);
      shown.push({ address, path, status });
    }
    const tabs = await Promise.all([visitor.follow(here), visitor.follow(here)]);
    for (const { path, status } of tabs) shown.push({ address: here, path, status });
    expect(shown).toEqual(
      shown.map(({ address }) => ({
        address,
        path: entries.includes(address) ? address : pathOf(here),
        status: 200,
      })),
    );
    expect(await state()).toEqual(kept);
  }

  /** The same on a phone, which also reads the QR code again. */
  async function disturbedPhone(phone: SoftwarePhone, here: string, qrCode: string): Promise<void> {
    await disturbed(phone.visitor, here);
    const kept = await state();
    expect(await phone.scan(qrCode)).toBe(here);
    expect(await state()).toEqual(kept);
  }

  return { disturbed, disturbedPhone };
}
