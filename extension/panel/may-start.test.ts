import { describe, expect, it } from 'vitest';
import type { Check } from '../judge/index.ts';
import { mayStart } from './may-start.ts';

const warning = (reason: string): Check => ({ check: 'browser', reason, status: 'warn', data: {} }) as Check;

describe('a registration', () => {
  it.each([
    ['ready', null, true],
    ['warning', warning('browser.other'), true],
    ['warning', warning('browser.site-access-withheld'), false],
    ['blocked', { ...warning('card-present.none'), status: 'fail' } as Check, false],
    ['checking', null, false],
  ] as const)('with the verdict %s: %j can be begun: %s', (verdict, foremost, may) => {
    expect(mayStart({ verdict, foremost })).toBe(may);
  });
});
