import { describe, expect, it } from 'vitest';
import { parseEvent, parseRequest, protocolVersion } from './index.ts';

const at = '2026-11-23T04:00:00.000Z';

describe('requests', () => {
  it('are typed by what was validated', () => {
    const hello = {
      type: 'hello',
      id: 1,
      deadlineMs: 1000,
      protocol: protocolVersion,
      extensionVersion: '0.1.0',
    };
    expect(parseRequest(hello)).toEqual(hello);
  });

  it.each([
    [null],
    [{ type: 'hello' }],
    [{ type: 'quiet', id: 1, deadlineMs: 1000, on: 'yes' }],
    [{ type: 'watch', id: 0, deadlineMs: 1000 }],
    [{ type: 'watch', id: 1, deadlineMs: 1e9 }],
    [{ type: 'run', id: 1, deadlineMs: 1000, command: 'calc.exe' }],
  ])('refuse %j', (value) => {
    expect(() => parseRequest(value)).toThrow();
  });
});

describe('observations', () => {
  it('say why they could not be made', () => {
    const event = {
      type: 'observation',
      observation: {
        subject: 'readers',
        at,
        ms: 3,
        how: 'SCardListReaders',
        result: { outcome: 'unknown', reason: 'service-unavailable' },
      },
    };
    expect(parseEvent(event)).toEqual(event);
  });

  it('carry status words and ATRs as upper-case hexadecimal only', () => {
    const card = (atr: string) => ({
      type: 'observation',
      observation: {
        subject: 'card',
        at,
        ms: 3,
        how: 'SCardTransmit',
        result: {
          outcome: 'observed',
          facts: { reader: 'r', insertion: 1, atr, applications: [], apdus: 0, cardMs: 0 },
        },
      },
    });
    expect(parseEvent(card('3BF4'))).toEqual(card('3BF4'));
    expect(() => parseEvent(card('3bf4'))).toThrow();
    expect(() => parseEvent(card('3BF'))).toThrow();
  });
});
