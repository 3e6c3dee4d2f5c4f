import { describe, expect, it } from 'vitest';
import { PROFILES, type ProfileId } from './card/profiles.ts';
import { COMMAND_USAGE, parseCommandLine } from './command.ts';
import { toHex } from './der.ts';
import { faultyCertificate } from './fault.ts';

describe('a command line', () => {
  it('inserts every profile', () => {
    for (const profile of Object.keys(PROFILES) as ProfileId[])
      expect(parseCommandLine(`insert ${profile}`)).toEqual({
        kind: 'insert',
        profile,
        reader: 0,
        opensc: false,
        extendedLength: true,
      });
    expect(parseCommandLine('  insert   doctor --opensc --reader 3 --no-extended-length ')).toEqual({
      kind: 'insert',
      profile: 'doctor',
      reader: 3,
      opensc: true,
      extendedLength: false,
    });
  });
  it.each([
    ['remove', { kind: 'remove', reader: 0 }],
    ['plug --reader 2', { kind: 'plug', reader: 2 }],
    ['unplug', { kind: 'unplug', reader: 0 }],
    ['counts', { kind: 'counts' }],
    ['quit', { kind: 'quit' }],
    ['fault remove-at 3', { kind: 'fault', reader: 0, fault: { kind: 'remove-at', apdu: 3 } }],
    ['fault mute-from 1 --reader 1', { kind: 'fault', reader: 1, fault: { kind: 'mute-from', apdu: 1 } }],
    [
      'fault status-at 2 6f00',
      { kind: 'fault', reader: 0, fault: { kind: 'status-at', apdu: 2, status: 0x6f00 } },
    ],
    ['fault length-at 2 0', { kind: 'fault', reader: 0, fault: { kind: 'length-at', apdu: 2, bytes: 0 } }],
    [
      'fault latency 44 0.1',
      { kind: 'fault', reader: 0, fault: { kind: 'latency', perApdu: 44, perByte: 0.1 } },
    ],
    ['fault endless 6C', { kind: 'fault', reader: 0, fault: { kind: 'endless', status: '6C' } }],
    ['fault certificate huge', { kind: 'fault', reader: 0, fault: { kind: 'certificate', content: 'huge' } }],
    ['fault certificate 60000', { kind: 'fault', reader: 0, fault: { kind: 'certificate', content: 60000 } }],
    ['fault hold exclusive', { kind: 'fault', reader: 0, fault: { kind: 'hold', mode: 'exclusive' } }],
    ['fault pcscd-kill', { kind: 'fault', reader: 0, fault: { kind: 'pcscd-kill' } }],
  ])('%s', (line, command) => {
    expect(parseCommandLine(line)).toEqual(command);
  });
  it.each([
    ['', 'unknown-command'],
    ['inser pharmacist', 'unknown-command'],
    ['insert', 'bad-arguments'],
    ['insert nobody', 'unknown-profile'],
    ['insert __proto__', 'unknown-profile'],
    ['insert pharmacist doctor', 'bad-arguments'],
    ['insert pharmacist --quick', 'unknown-option'],
    ['insert pharmacist --reader', 'bad-arguments'],
    ['insert pharmacist --reader -1', 'bad-arguments'],
    ['remove card', 'bad-arguments'],
    ['counts now', 'bad-arguments'],
    ['fault', 'bad-arguments'],
    ['fault toString', 'bad-arguments'],
    ['fault remove-at', 'bad-arguments'],
    ['fault remove-at 0', 'bad-arguments'],
    ['fault remove-at 1.5', 'bad-arguments'],
    ['fault remove-at 1 2', 'bad-arguments'],
    ['fault status-at 1 600', 'bad-arguments'],
    ['fault latency fast', 'bad-arguments'],
    ['fault endless 9000', 'bad-arguments'],
    ['fault certificate 70000', 'bad-arguments'],
    ['fault reset now', 'bad-arguments'],
    ['fault hold', 'bad-arguments'],
  ])('%s is refused', (line, error) => {
    expect(parseCommandLine(line)).toMatchObject({ error });
  });
  it('is described for each command', () => {
    for (const usage of COMMAND_USAGE)
      expect(parseCommandLine(usage.split(' ')[0] ?? '')).not.toMatchObject({ error: 'unknown-command' });
  });
});

describe('the faulty contents of a certificate’s file', () => {
  const der = Uint8Array.of(0x30, 0x82, 0x00, 0x03, 1, 2, 3);
  it.each([
    [0, ''],
    [1, '30'],
    [6, '308200025A5A'],
    ['longer', '3082FFFF010203'],
    ['shorter', '30820040010203'],
    ['indefinite', '30800102030000'],
    ['huge', '30847FFFFFFF010203'],
  ] as const)('%s', (content, hex) => {
    expect(toHex(faultyCertificate(der, content))).toBe(hex);
  });
});
