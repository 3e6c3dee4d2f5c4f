import { describe, expect, it } from 'vitest';
import { readSheetRequest } from './request.ts';

describe('a request for sheets', () => {
  const read = (typed: string) => readSheetRequest(typed, '2026-11-23');

  it.each([
    ['999001-jpa 2026-04-30', '999001-jpa'],
    ['  F999001-JPA , 2026/4/1  ', 'f999001-jpa'],
    ['９９９００１－jpa\u3000２０２６．４．１', '999001-jpa'],
    ['Test317044\t2020-01-01', 'test317044'],
  ])('reads %j', (typed, username) => {
    expect(read(typed)).toEqual({ usernames: [username], problems: [] });
  });

  it.each([
    ['999001-jpa 2026-04-30', undefined],
    ['999001-jpa 2026-05-01', 'issued-too-late'],
    ['999001-jpa 2026-11-24', 'no-date'],
    ['999001-jpa 2026-13-01', 'no-date'],
    ['999001-jpa 2026-04-31', 'no-date'],
    ['999001-jpa 2026-04-01 x', 'no-date'],
    ['-jpa 2026-04-01', 'no-username'],
  ] as const)('%j: %s', (typed, problem) => {
    expect(read(typed).problems).toEqual(problem ? [{ line: 1, problem }] : []);
  });

  it('counts lines as an editor does, empty ones too', () => {
    expect(read('\n\r\nx\n999001-jpa 2026-04-01').problems).toEqual([{ line: 3, problem: 'no-date' }]);
  });

  it('takes a hundred at most', () => {
    const lines = Array.from({ length: 101 }, (_, index) => `${index}-jpa 2026-04-01`);
    expect(read(lines.join('\n'))).toMatchObject({
      usernames: { length: 100 },
      problems: [{ line: 101, problem: 'too-many' }],
    });
  });
});
