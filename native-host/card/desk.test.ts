import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { CardFacts, Reader } from '../../common/protocol/index.ts';
import { type CardSeen, Desk, type ServiceState } from './desk.ts';

const name = 'Reader 00 00';
function reader(
  insertion: number,
  state: Reader['state'] = 'present',
  changes: Partial<Reader> = {},
): Reader {
  return { name, state, inUse: false, insertion, ...changes };
}
function facts({ name, insertion }: Reader, changes: Partial<CardFacts> = {}): CardFacts {
  return { reader: name, insertion, applications: [], apdus: 7, cardMs: 1, ...changes };
}

function desk({ begun = true } = {}) {
  const told: (['service', ServiceState['state']] | ['readers', number] | ['card', CardSeen['facts']])[] = [];
  const started: Reader[] = [];
  const finish: ((result: CardFacts | undefined) => void)[] = [];
  let calledOff = 0;
  const it = new Desk(
    {
      read(asked) {
        started.push(asked);
        const { promise, resolve } = Promise.withResolvers<CardFacts | undefined>();
        finish.push(resolve);
        return promise;
      },
      callOff() {
        calledOff += 1;
        for (const resolve of finish) resolve(undefined);
      },
    },
    {
      service: ({ state }) => told.push(['service', state]),
      readers: (list) => told.push(['readers', list.length]),
      card: ({ facts }) => told.push(['card', facts]),
    },
  );
  if (begun) it.begin();
  it.note({ type: 'service', state: 'running' });
  const readers = (...list: Reader[]) => it.note({ type: 'readers', readers: list });
  const end = async (index: number, result: CardFacts | undefined) => {
    finish[index]?.(result);
    await turn();
  };
  const cards = () => told.flatMap(([what, value]) => (what === 'card' ? [value] : []));
  return { it, told, started, readers, end, cards, calledOff: () => calledOff };
}

describe('the desk', () => {
  it('reads a card once per insertion, whatever else the readers report', async () => {
    const { it, started, readers, end, cards } = desk();
    readers(reader(1));
    await end(0, facts(reader(1)));
    readers(reader(1, 'present', { inUse: true }));
    readers(reader(1));
    await it.settled();
    expect(started).toHaveLength(1);
    expect(cards()).toHaveLength(1);
    readers(reader(2, 'empty'));
    readers(reader(3));
    await end(1, facts(reader(3)));
    expect(started).toHaveLength(2);
    expect(it.cards.map(({ facts: { insertion } }) => insertion)).toEqual([3]);
  });

  it('sees a card swapped faster than events come', async () => {
    const { started, readers, end } = desk();
    readers(reader(1));
    await end(0, facts(reader(1)));
    readers(reader(3));
    expect(started.map(({ insertion }) => insertion)).toEqual([1, 3]);
    await end(1, facts(reader(3)));
  });

  it('drops the result of a card that has been replaced, and reads the new one', async () => {
    const { started, readers, end, cards } = desk();
    readers(reader(1));
    readers(reader(3));
    expect(started).toHaveLength(1);
    await end(0, facts(reader(1)));
    expect(cards()).toEqual([]);
    expect(started.map(({ insertion }) => insertion)).toEqual([1, 3]);
    await end(1, facts(reader(3)));
    expect(cards().map(({ insertion }) => insertion)).toEqual([3]);
  });

  it('tells a card that was pulled while being read, and forgets it', async () => {
    const { it, readers, end, cards } = desk();
    readers(reader(1));
    readers(reader(2, 'empty'));
    await end(0, facts(reader(1), { stopped: { by: 'removed', afterApdus: 3 } }));
    expect(cards().map(({ stopped }) => stopped?.by)).toEqual(['removed']);
    expect(it.cards).toEqual([]);
  });

  it('reads two readers side by side', async () => {
    const { started, readers, end, cards } = desk();
    const other = reader(1, 'present', { name: 'Reader 01 00' });
    readers(reader(1), other);
    expect(started).toHaveLength(2);
    await end(1, facts(other));
    expect(cards().map(({ reader }) => reader)).toEqual(['Reader 01 00']);
    await end(0, facts(reader(1)));
  });

  it('does not connect to what is mute, exclusive or no reader on the desk', () => {
    const { started, readers, cards } = desk();
    readers(
      reader(1, 'mute'),
      reader(1, 'exclusive', { name: 'B' }),
      reader(1, 'present', { name: 'Windows Hello for Business 1' }),
    );
    expect(started).toEqual([]);
    expect(cards().map(({ stopped }) => stopped?.by)).toEqual(['mute', 'exclusive']);
  });

  it('reads an exclusive card when the other program lets go', async () => {
    const { it, started, readers, end } = desk();
    readers(reader(1, 'exclusive'));
    readers(reader(1));
    expect(started).toHaveLength(1);
    await end(0, facts(reader(1), { stopped: { by: 'exclusive', afterApdus: 0 } }));
    readers(reader(1, 'present', { inUse: true }));
    expect(started).toHaveLength(1); // held in a transaction: only the word that it is over counts
    it.released(name);
    expect(started).toHaveLength(2);
    await end(1, facts(reader(1)));
  });

  it('reads nothing before it is told to begin, and then what is there', async () => {
    const { it, told, started, readers, end } = desk({ begun: false });
    readers(reader(1));
    expect(told.map(([what]) => what)).toEqual(['service', 'readers']);
    expect(await it.reread(name)).toBe('quiet');
    expect(started).toEqual([]);
    it.begin();
    expect(started).toHaveLength(1);
    await end(0, facts(reader(1)));
  });

  it('begins with the end of a quiet, and not with its beginning', async () => {
    const { it, started, readers, end } = desk({ begun: false });
    await it.setQuiet(true);
    readers(reader(1));
    it.begin();
    expect(started).toEqual([]);
    await it.setQuiet(false);
    expect(started).toHaveLength(1);
    await end(0, facts(reader(1)));
  });

  it('reads nothing while quiet, and what has come meanwhile afterwards', async () => {
    const { it, told, started, readers, end, calledOff } = desk();
    readers(reader(1));
    await it.setQuiet(true);
    expect(calledOff()).toBe(1);
    readers(reader(2, 'empty'));
    readers(reader(3));
    expect(started).toHaveLength(1);
    expect(told.filter(([what]) => what === 'readers')).toHaveLength(3);
    expect(await it.reread(name)).toBe('quiet');
    await it.setQuiet(false);
    expect(started.map(({ insertion }) => insertion)).toEqual([1, 3]);
    await end(1, facts(reader(3)));
  });

  it('reads again only when asked, and one reading at a time', async () => {
    const { it, started, readers, end } = desk();
    readers(reader(1));
    await end(0, facts(reader(1)));
    const twice = Promise.all([it.reread(name), it.reread(name)]);
    expect(started).toHaveLength(2);
    await end(1, facts(reader(1)));
    expect(await twice).toEqual(['done', 'done']);
    expect(await it.reread('another')).toBe('unknown-reader');
  });

  it('takes no card for known after the service was away', async () => {
    const { it, started, readers, end } = desk();
    readers(reader(1));
    await end(0, facts(reader(1)));
    it.note({ type: 'service', state: 'stopped', code: 0x8010001d });
    expect(it.readers).toBeUndefined();
    expect(it.cards).toEqual([]);
    it.note({ type: 'service', state: 'running' });
    readers(reader(1));
    expect(started).toHaveLength(2);
    await end(1, facts(reader(1)));
  });
});
