import { setTimeout as sleep } from 'node:timers/promises';
import type { PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/server';
import { answerTo } from '../integration/server-software-phone.ts';
import type { Connection } from './server-connection.ts';

/** One ceremony: options, and the answer with its durable commit. Resolves to whether the phone was told that it is done. */
export async function ceremony(connection: Connection, token: string): Promise<boolean> {
  const cookie = `__Host-phone=${token}`;
  const options = await connection.ask('POST', '/phone/options', cookie, {});
  if (options.status !== 200) return false;
  const answer = answerTo(JSON.parse(options.body) as PublicKeyCredentialCreationOptionsJSON);
  const result = await connection.ask('POST', '/phone/registration', cookie, answer);
  return result.status === 200 && result.body.includes('/phone/label');
}

/** As many at a time as there are connections, until all are done. @throws Error when one fails */
export async function saturate(
  connections: readonly Connection[],
  tokens: readonly string[],
): Promise<number> {
  let next = 0;
  const start = performance.now();
  await Promise.all(
    connections.map(async (connection) => {
      for (let token = tokens[next++]; token !== undefined; token = tokens[next++]) {
        if (!(await ceremony(connection, token))) throw new Error('a ceremony failed');
      }
    }),
  );
  return (performance.now() - start) / 1000;
}

/**
 * Begins a ceremony every so often, whether or not those before have ended; how long each took from the moment it was
 * due, in milliseconds. So a server that stops for a moment is charged with everyone who waits.
 */
export async function atRate(
  connections: readonly Connection[],
  tokens: readonly string[],
  perSecond: number,
): Promise<number[]> {
  const free = [...connections];
  const waiting: ((connection: Connection) => void)[] = [];
  const take = () => {
    const connection = free.pop();
    if (connection) return Promise.resolve(connection);
    return new Promise<Connection>((resolve) => waiting.push(resolve));
  };
  const give = (connection: Connection) => {
    const first = waiting.shift();
    if (first) first(connection);
    else free.push(connection);
  };
  const begun = performance.now();
  const one = async (token: string, due: number) => {
    const connection = await take();
    try {
      if (!(await ceremony(connection, token))) throw new Error('a ceremony failed');
    } finally {
      give(connection);
    }
    return performance.now() - due;
  };
  const all: Promise<number>[] = [];
  for (const [index, token] of tokens.entries()) {
    const due = begun + (index * 1000) / perSecond;
    const left = due - performance.now();
    if (left > 0.5) await sleep(left);
    all.push(one(token, due));
  }
  return await Promise.all(all);
}
