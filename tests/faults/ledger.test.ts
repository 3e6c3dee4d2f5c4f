import { describe, expect, it } from 'vitest';
import { good, Ledger, rightIf } from './ledger.ts';
import { found } from './personal-data.ts';
import { randomFrom } from './random.ts';

describe('the ledger', () => {
  it('counts what survived, what is right afterwards, and what was lost', async () => {
    const ledger = new Ledger();
    await ledger.inject('a', 'x', async () => good);
    await ledger.inject('a', 'x', async () => rightIf({ fine: true, sound: false }, 2), { detail: 'second' });
    expect(ledger.counts).toEqual([{ area: 'a', fault: 'x', injected: 2, survived: 2, right: 1, lost: 2 }]);
    expect(ledger.failures).toEqual([{ area: 'a', fault: 'x', detail: 'second: not so: sound' }]);
    expect(ledger.clean).toBe(false);
  });

  it('takes a throw, and what has no end, for not survived', async () => {
    const ledger = new Ledger();
    await ledger.inject('a', 'throws', () => Promise.reject(new Error('away')));
    await ledger.inject('a', 'hangs', () => new Promise(() => undefined), { ms: 1 });
    expect(ledger.counts.map(({ survived, right }) => [survived, right])).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(ledger.failures.map(({ detail }) => detail)).toEqual(['away', 'no end within 1 ms']);
  });

  it('is not clean with a PIN attempt or a person’s data in the wrong place', () => {
    const ledger = new Ledger();
    expect(ledger.clean).toBe(true);
    ledger.pinAttemptsByHost += 1;
    expect(ledger.clean).toBe(false);
    ledger.pinAttemptsByHost = 0;
    ledger.personalData.push('log: a name');
    expect(ledger.clean).toBe(false);
  });
});

describe('chance', () => {
  it('is the same from the same seed', () => {
    const draw = (seed: number) => {
      const random = randomFrom(seed);
      return [
        random.whole(1, 6),
        random.pick(['a', 'b', 'c']),
        random.shuffled([1, 2, 3, 4]),
        [...random.bytes(4)],
      ];
    };
    expect(draw(5)).toEqual(draw(5));
    expect(draw(5)).not.toEqual(draw(6));
  });

  it('stays within its limits, and shuffling loses nothing', () => {
    const random = randomFrom(1);
    const drawn = Array.from({ length: 1000 }, () => random.whole(3, 5));
    expect([...new Set(drawn)].toSorted()).toEqual([3, 4, 5]);
    expect(random.shuffled([1, 2, 3, 4, 5]).toSorted()).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('the search for persons', () => {
  it('finds a word in either case, and nothing that is not there', () => {
    expect(found(['T00100-jpa', '00100 JPATEST'], 'GET /phone?u=t00100-JPA')).toEqual(['T00100-jpa']);
    expect(found(['T00100-jpa'], 'GET /phone')).toEqual([]);
  });
});
