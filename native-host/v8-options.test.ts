import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { collectGarbage } from './v8-options.ts';

it('garbage of the old generation is collected when asked, again and again', async () => {
  for (let turn = 0; turn < 2; turn += 1) {
    let kept: { buffer: Buffer } | undefined = { buffer: Buffer.alloc(64) };
    const seen = new WeakRef(kept);
    collectGarbage();
    collectGarbage();
    expect(kept.buffer.length).toBe(64);
    kept = undefined;
    await nextTurn(); // a reference that was just made or read lives until the turn ends (ECMA-262, 9.10)
    collectGarbage();
    expect(seen.deref()).toBeUndefined();
  }
});
