import { describe, expect, it } from 'vitest';
import type { CardFacts, FactsOf, Observation, Reader } from '../../common/protocol/index.ts';
import { exitCode } from '../exit-codes.ts';
import { observation } from '../observers/observation.ts';
import { inspectionExitCode } from './inspect.ts';

const service = (facts: FactsOf<'pcsc-service'>) =>
  observation('pcsc-service', 'fake', { outcome: 'observed', facts });
const running = service({ state: 'running' });
const readers = (...all: [name: string, state: Reader['state']][]) =>
  observation('readers', 'fake', {
    outcome: 'observed',
    facts: { readers: all.map(([name, state]) => ({ name, state, inUse: false, insertion: 1 })) },
  });
const card = (facts: Partial<CardFacts>) =>
  observation('card', 'fake', {
    outcome: 'observed',
    facts: { reader: 'A 0', insertion: 1, applications: [], apdus: 1, cardMs: 1, ...facts },
  });
const unknownService = observation('pcsc-service', 'fake', { outcome: 'unknown', reason: 'timeout' });
const present = readers(['A 0', 'present']);

describe('the exit code of an inspection', () => {
  it.each<[what: string, code: keyof typeof exitCode, platform: string, observations: Observation[]]>([
    ['no answer from the service', 'noService', 'win32', [unknownService]],
    [
      'a stopped service with a trigger',
      'noReader',
      'linux',
      [service({ state: 'stopped', startType: 'trigger' })],
    ],
    [
      'a stopped service started by hand',
      'noReader',
      'win32',
      [service({ state: 'stopped', startType: 'manual' })],
    ],
    ['a stopped service of unknown start type', 'noReader', 'win32', [service({ state: 'stopped' })]],
    ['a disabled service', 'noService', 'win32', [service({ state: 'stopped', startType: 'disabled' })]],
    ['no service', 'noService', 'win32', [service({ state: 'absent' })]],
    ['a stopped pcscd', 'noService', 'linux', [service({ state: 'stopped', startType: 'manual' })]],
    ['no reader', 'noReader', 'win32', [running, readers()]],
    [
      'virtual readers',
      'noReader',
      'win32',
      [
        running,
        readers(['Windows Hello for Business 1', 'present'], ['Microsoft Virtual Smart Card 0', 'present']),
      ],
    ],
    ['an empty reader', 'noCard', 'win32', [running, readers(['A 0', 'empty'])]],
    [
      'an empty reader beside a virtual one',
      'noCard',
      'win32',
      [running, readers(['A 0', 'empty'], ['Windows Hello for Business 1', 'present'])],
    ],
    ['a card whose reading did not end', 'unreadableCard', 'win32', [running, present]],
    [
      'a card that was given up on',
      'unreadableCard',
      'win32',
      [running, present, card({ stopped: { by: 'mute', afterApdus: 0 } })],
    ],
    ['another card', 'noCertificate', 'win32', [running, present, card({})]],
  ])('%s: %s (%s)', (_, code, platform, observations) => {
    expect(inspectionExitCode(observations, platform)).toBe(exitCode[code]);
  });
});
