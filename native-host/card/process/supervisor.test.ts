import { afterEach, describe, expect, it, vi } from 'vitest';
import type { WatchEvent } from '../port.ts';
import { CardProcess } from './supervisor.ts';

vi.setConfig({ testTimeout: 30_000 }); // each test starts several processes of Node

const reader = { name: 'Reader 00 00', insertion: 1, atr: '3B00' };
const started: CardProcess[] = [];
afterEach(() => {
  for (const process of started.splice(0)) process.end();
});

/** A card process that runs this script instead: `tell` sends one message, `hear` gets each one. */
function stub(script: string, readMs = 60_000) {
  const watched: WatchEvent[] = [];
  const failing = Promise.withResolvers<void>();
  const prelude = `
    const tell = (m) => { const j = Buffer.from(JSON.stringify(m)); const h = Buffer.alloc(4);
      h.writeUInt32LE(j.length); process.stdout.write(Buffer.concat([h, j])); };
    const hear = (f) => process.stdin.on('data', (d) => {
      for (let at = 0; at < d.length; at += 4 + d.readUInt32LE(at))
        f(JSON.parse(d.subarray(at + 4, at + 4 + d.readUInt32LE(at)).toString())); });
    const factsOf = (m) => ({ reader: m.reader, insertion: m.insertion, applications: [], apdus: process.pid, cardMs: 0 });
    const answer = (m) => tell({ type: 'read', id: m.id, outcome: { result: 'facts', facts: factsOf(m) } });`;
  const cards = new CardProcess({
    command: [process.execPath, '-e', prelude + script],
    readMs,
    onWatch: (event) => watched.push(event),
    onReleased: () => undefined,
    onFailing: failing.resolve,
  });
  started.push(cards);
  cards.start();
  return { cards, watched, failing: failing.promise };
}

describe('the card process', () => {
  it('reads on command', async () => {
    const { cards } = stub('hear((m) => m.type === "read" && answer(m))');
    expect(await cards.read(reader)).toMatchObject({ reader: reader.name, insertion: 1 });
  });

  it('that does not answer in time is ended, and a new one takes over', async () => {
    const { cards } = stub(
      'hear((m) => { if (m.type === "read" && m.reader !== "stuck") answer(m); else process.stdin.unref(); }); setInterval(() => {}, 1e6)',
      2000,
    );
    const before = await cards.read(reader);
    expect((await cards.read({ ...reader, name: 'stuck' }))?.stopped).toMatchObject({ by: 'timeout' });
    const after = await cards.read(reader);
    expect(after?.apdus).toBeGreaterThan(0);
    expect(after?.apdus).not.toBe(before?.apdus); // another process id
    expect(() => process.kill(before?.apdus ?? 0, 0)).toThrow();
  });

  it('stuck with one card still answers for the others before it is ended', async () => {
    const { cards } = stub(
      'hear((m) => { if (m.type === "read" && m.reader !== "stuck") setTimeout(answer, m.insertion, m) })',
      2000,
    );
    const stuck = cards.read({ ...reader, name: 'stuck' });
    const warm = await cards.read(reader);
    const other = cards.read({ ...reader, insertion: 200 });
    expect((await other)?.apdus).toBe(warm?.apdus);
    expect((await stuck)?.stopped?.by).toBe('timeout');
  });

  it('that ends by itself stops its readings and is started again', async () => {
    const { cards } = stub('hear((m) => m.insertion === 13 ? process.exit(1) : answer(m))');
    expect((await cards.read({ ...reader, insertion: 13 }))?.stopped).toMatchObject({ by: 'service' });
    expect(await cards.read(reader)).toMatchObject({ insertion: 1 });
  });

  it('that talks nonsense is ended', async () => {
    const { cards } = stub(
      'hear((m) => m.insertion === 13 ? tell({ type: "read", id: m.id, facts: 1 }) : answer(m))',
    );
    expect((await cards.read({ ...reader, insertion: 13 }))?.stopped).toMatchObject({ by: 'service' });
    expect(await cards.read(reader)).toMatchObject({ insertion: 1 });
  });

  it('that keeps ending is told', async () => {
    const { failing } = stub('process.exit(1)');
    await expect(failing).resolves.toBeUndefined();
  });

  it('called off, a reading comes back without facts', async () => {
    const { cards } = stub(`let id;
      hear((m) => { if (m.type === 'read') id = m.id;
        else tell({ type: 'read', id, outcome: { result: 'called-off' } }) })`);
    const reading = cards.read(reader);
    cards.callOff();
    expect(await reading).toBeUndefined();
  });
});
