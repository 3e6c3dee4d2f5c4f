import { generateKeyPairSync } from 'node:crypto';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import { type Database, openDatabase } from '../../server/database/index.ts';
import { addOperator } from '../../server/operator/store.ts';
import { databaseSettings } from './server-database.ts';
import { operatorHost, type TestServer, type Visitor } from './server-fixture.ts';
import { answerTo, assertionTo, type Ceremony, type SoftwareKey } from './server-software-phone.ts';

/** The database of a test server, from beside it: what a command or an intruder on the machine would have. */
export async function besideServer<Result>(
  test: TestServer,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const database = await openDatabase(databaseSettings(test.options.database));
  try {
    return await work(database);
  } finally {
    await database.destroy();
  }
}

/** An operator with a browser and a passkey in software. */
export class SoftwareOperator {
  readonly visitor: Visitor;
  readonly id: string;
  readonly token: string;
  key: SoftwareKey | undefined;

  private constructor(visitor: Visitor, { id, token }: { id: string; token: string }) {
    this.visitor = visitor;
    this.id = id;
    this.token = token;
  }

  /** Added by the administrator; with the link in hand. */
  static async add(test: TestServer, role: 'support' | 'operator', name = `${role} 1`) {
    const added = await besideServer(test, (database) =>
      addOperator(database, { name, role }, test.options.clock?.() ?? Date.now()),
    );
    return new SoftwareOperator(test.visitor(), added);
  }

  /** Added, enrolled and signed in. */
  static async atWork(test: TestServer, role: 'support' | 'operator') {
    const operator = await SoftwareOperator.add(test, role);
    const way = [await operator.openLink(), await operator.makePasskey(), await operator.signIn()];
    if (way.join() !== '/enrol/passkey,/sign-in,/') throw new Error(`the operator went ${way.join(' ')}`);
    return operator;
  }

  ask(path: string, ask: Parameters<Visitor['ask']>[1] = {}) {
    return this.visitor.ask(`https://${operatorHost}${path}`, ask);
  }

  follow(path: string, ask: Parameters<Visitor['ask']>[1] = {}) {
    return this.visitor.follow(`https://${operatorHost}${path}`, ask);
  }

  async #next(path: string, json: unknown): Promise<string> {
    const { body } = await this.ask(path, { json });
    return (JSON.parse(body) as { next: string }).next;
  }

  openLink(): Promise<string> {
    return this.#next('/enrol/open', { secret: this.token });
  }

  async makePasskey(ceremony: Ceremony = {}): Promise<string> {
    const { body } = await this.ask('/enrol/passkey/options', { json: {} });
    const options = JSON.parse(body) as PublicKeyCredentialCreationOptionsJSON;
    const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const answer = answerTo(options, { keys, origin: `https://${operatorHost}`, ...ceremony });
    this.key = { id: answer.id, privateKey: keys.privateKey, userHandle: options.user.id };
    return this.#next('/enrol/passkey/answer', answer);
  }

  async signIn(ceremony: Ceremony = {}): Promise<string> {
    if (!this.key) throw new Error('the operator has no passkey');
    await this.ask('/sign-in');
    const { body } = await this.ask('/sign-in/options', { json: {} });
    const options = JSON.parse(body) as PublicKeyCredentialRequestOptionsJSON;
    return this.#next('/sign-in/answer', assertionTo(options, this.key, ceremony));
  }
}
