import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { makeLog, safeError } from './log.ts';

describe('the log', () => {
  it('has an error’s kind, codes and place, and nothing that it quotes', () => {
    const cause = Object.assign(new Error('Key (username)=(t00100-jpa) already exists.'), {
      code: '23505',
      constraint: 'people_username_key',
      detail: 'Key (username)=(t00100-jpa) already exists.',
      parameters: ['t00100-jpa'],
    });
    let written = '';
    const log = makeLog(
      'error',
      new Writable({
        write(chunk, _, done) {
          written += String(chunk);
          done();
        },
      }),
    );
    log.error({ err: new Error('for t00100-jpa', { cause }) }, 'request failed');
    const line = JSON.parse(written) as { err: { cause: object; frames: string[] } };
    expect(line.err.cause).toMatchObject({ code: '23505', constraint: 'people_username_key' });
    expect(line.err.frames[0]).toMatch(/log\.test\.ts/);
    expect(written).not.toContain('jpa');
  });

  it('survives what is no error, and causes in a circle', () => {
    expect(safeError('text')).toEqual({ type: 'string' });
    const circle = new Error('a');
    circle.cause = circle;
    expect(JSON.stringify(safeError(circle))).toContain('"type":"Error"');
  });
});
