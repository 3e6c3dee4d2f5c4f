import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { RunningServer } from '../../server/index.ts';
import { portalHost, type TestServer, type Visitor } from './server-fixture.ts';

/** The PC's page as it listens to the phone's progress. */
export interface Listening {
  /** Statuses so far, each change once. */
  statuses: string[];
  /** Resolves when a status has come, rejects when the stream ends without it. */
  until(status: string): Promise<void>;
  /** Resolves when the server has ended the stream. */
  ended: Promise<void>;
  close(): void;
}

export async function listenToProgress(
  { pki }: Pick<TestServer, 'pki'>,
  server: RunningServer,
  visitor: Visitor,
  path = '/registration/events',
): Promise<Listening> {
  const asked = request({
    host: '127.0.0.1',
    port: server.ports.portal,
    servername: portalHost,
    path,
    agent: false,
    ca: pki.authorities.tls.certificate.pem,
    headers: {
      host: portalHost,
      cookie: [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
    },
  });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`the event stream answers ${response.statusCode}`);
  const statuses: string[] = [];
  const waiting = new Set<() => void>();
  let over = false;
  let text = '';
  const tell = () => {
    for (const look of [...waiting]) look();
  };
  response.setEncoding('utf8').on('data', (part: string) => {
    text += part;
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      const data = /^data: (.*)$/m.exec(event)?.[1];
      if (data === undefined) continue;
      const { status } = JSON.parse(data) as { status: string };
      if (statuses.at(-1) !== status) statuses.push(status);
    }
    tell();
  });
  const ended = new Promise<void>((resolve) => {
    response.on('error', () => undefined);
    response.on('close', () => {
      over = true;
      tell();
      resolve();
    });
  });
  return {
    statuses,
    ended,
    until: (status) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const there = statuses.includes(status);
          if (!there && !over) return;
          waiting.delete(look);
          if (there) resolve();
          else reject(new Error(`the stream ended after ${statuses.join(', ')}`));
        };
        waiting.add(look);
        look();
      }),
    close: () => asked.destroy(),
  };
}
