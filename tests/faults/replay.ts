import { personOf, readQrCode, type TestServer, type Visitor } from '../integration/server-fixture.ts';
import { SoftwareOperator } from '../integration/server-operator.ts';
import { readPapers } from '../integration/server-paper.ts';
import { SoftwarePhone } from '../integration/server-software-phone.ts';
import type { Issued } from '../lab/pki/index.ts';
import { rightIf } from './ledger.ts';
import type { FaultRun } from './run.ts';
import { inProcess, searchForPersons } from './server-in-process.ts';
import { type Recorded, RecordingVisitor } from './server-process.ts';

/** Every way through the platform, by its name: what is done on it is recorded. */
const ways: Readonly<Record<string, (test: TestServer) => Promise<unknown>>> = {
  registration: (test) => registers(test),
  async 'My Number card'(test) {
    await registers(test);
    const pc = test.visitor();
    await pc.logIn(personOf(test.pki, 'pharmacist').authentication, '/link-my-number-card/start');
    const linked = await pc.logIn(myNumber(test), '/link-my-number-card/my-number-card/start');
    arrived('/link-my-number-card/done', linked.path);
    const page = await test.visitor().logIn(myNumber(test), '/my-number-card/start');
    await new SoftwarePhone(test).registerBy(page.body);
  },
  async 'printed sheet'(test) {
    const operator = await SoftwareOperator.atWork(test, 'operator');
    const { body } = await operator.ask('/sheets', { form: { cards: '999001-jpa 2026-04-30' } });
    const [paper] = await readPapers(body, test.directory);
    if (!paper) throw new Error('nothing was printed');
    const phone = new SoftwarePhone(test);
    arrived('/phone/initial', await phone.scan(paper.address));
    const form = { password: paper.password };
    arrived('/phone/login', (await phone.visitor.follow('/phone/initial', { method: 'POST', form })).path);
    await phone.logIn();
    await phone.register();
    arrived('/phone/done', await phone.confirmLabel());
  },
  async 'sign-in with the phone'(test) {
    const phone = await registers(test);
    const pc = await signsIn(test, phone, '/status/phone/start');
    arrived('/status/result', (await pc.follow('/sign-in')).path);
  },
  async 'change of phone'(test) {
    const old = await registers(test);
    const pc = await signsIn(test, old, '/change-phone/phone/start');
    const { body } = await pc.follow('/sign-in');
    const phone = new SoftwarePhone(test);
    await phone.scan(readQrCode(body));
    await phone.logIn();
    arrived('/phone/prove', await phone.register());
    arrived('/phone/label', await phone.signIn('/phone/prove'));
    arrived('/phone/done', await phone.confirmLabel());
  },
};

function arrived(wanted: string, path: string): void {
  if (path !== wanted) throw new Error(`${path} in place of ${wanted}`);
}

const myNumber = ({ pki }: TestServer) => pki.persons.mynumber.authentication as Issued;

async function registers(test: TestServer): Promise<SoftwarePhone> {
  const { body } = await test.visitor().logIn(personOf(test.pki, 'pharmacist').authentication);
  const phone = new SoftwarePhone(test);
  await phone.registerBy(body);
  return phone;
}

/** The PC shows a QR code and a number; the phone scans, types and signs. */
async function signsIn(test: TestServer, phone: SoftwarePhone, start: string): Promise<Visitor> {
  const pc = test.visitor();
  const { body } = await pc.follow(start, { method: 'POST', form: {} });
  await phone.scan(readQrCode(body));
  await phone.typeNumber(/data-number>(\d\d)</.exec(body)?.[1] ?? '');
  arrived('/phone/sign-in/done', await phone.signIn());
  return pc;
}

/**
 * What nobody may change by repeating: who is registered with which key, whose My Number card it is, who may sign in as
 * an operator, and what became of the sheets that were issued.
 */
async function registrations({ database }: TestServer, sheets: readonly string[]): Promise<string> {
  const tables = [
    'select id, person_id, public_key, counter, label, replaced_at from credentials order by id',
    'select person_id, subject_hash from my_number_cards order by person_id',
    'select id, operator_id, public_key from operator_keys order by id',
    'select id, state, wrong_passwords from initial_sheets order by id',
  ];
  const [credentials, cards, keys, all = []] = await Promise.all(tables.map((sql) => database.rows(sql)));
  return JSON.stringify([credentials, cards, keys, all.filter(({ id }) => sheets.includes(String(id)))]);
}

/** Every request of a finished way once more, as it was, by whoever has seen it. */
export async function replay(given: FaultRun): Promise<void> {
  for (const [name, way] of given.random.shuffled(Object.entries(ways))) {
    await inProcess(given, async (test) => {
      const recorded: Recorded[] = [];
      const { server, pki } = test;
      await way({ ...test, visitor: (agent) => new RecordingVisitor({ server, pki, recorded }, agent) });
      test.advance(61_000); // past what is counted in a minute
      const sheets = (await test.database.rows('select id from initial_sheets')).map(({ id }) => String(id));
      const before = await registrations(test, sheets);
      for (const { address, ask, cookies } of given.random.shuffled(recorded)) {
        const method = ask.method ?? (ask.json === undefined && ask.form === undefined ? 'GET' : 'POST');
        await given.ledger.inject(
          'server',
          `replay of a request: ${name}`,
          async () => {
            const again = test.visitor();
            again.cookies = new Map(cookies);
            const { status } = await again.ask(address, ask);
            return rightIf({
              'no error of the server': status < 500,
              'no registration changed': (await registrations(test, sheets)) === before,
            });
          },
          { detail: `${method} ${new URL(address, 'https://x').pathname}` },
        );
      }
      const urls = recorded.flatMap(({ address, answer }) => [address, answer.location ?? '']).join('\n');
      searchForPersons(given, pki, { 'addresses of the journey': urls });
    });
  }
}
