import { isProfileId, type ProfileId } from './card/profiles.ts';
import { FAULT_USAGE, type Fault, parseFault } from './fault.ts';

/** One line typed to a running lab. */
export type Command =
  | {
      readonly kind: 'insert';
      readonly profile: ProfileId;
      readonly reader: number;
      readonly opensc: boolean;
      readonly extendedLength: boolean;
    }
  | { readonly kind: 'remove' | 'plug' | 'unplug'; readonly reader: number }
  | { readonly kind: 'fault'; readonly fault: Fault; readonly reader: number }
  | { readonly kind: 'counts' | 'reset-counts' | 'trace' | 'help' | 'quit' };

export type CommandError = {
  readonly error: 'unknown-command' | 'unknown-profile' | 'unknown-option' | 'bad-arguments';
  readonly message: string;
};

export const COMMAND_USAGE: readonly string[] = [
  'insert PROFILE [--reader N] [--opensc] [--no-extended-length]',
  'remove [--reader N]',
  'plug [--reader N]',
  'unplug [--reader N]',
  ...FAULT_USAGE.map((usage) => `${usage} [--reader N]`),
  'counts',
  'reset-counts',
  'trace',
  'help',
  'quit',
];

const refuse = (error: CommandError['error'], message: string): CommandError => ({ error, message });

/** Understands one line; an error says what was wrong with it. */
export function parseCommandLine(line: string): Command | CommandError {
  const words = line.trim().split(/\s+/);
  let reader = 0;
  let opensc = false;
  let extendedLength = true;
  const plain: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (word === '--reader') {
      index += 1;
      const number = words[index] ?? '';
      if (!/^\d{1,2}$/.test(number)) return refuse('bad-arguments', '--reader wants the number of a reader');
      reader = Number(number);
    } else if (word === '--opensc') opensc = true;
    else if (word === '--no-extended-length') extendedLength = false;
    else if (word.startsWith('--')) return refuse('unknown-option', word);
    else plain.push(word);
  }
  const [name = '', first, ...more] = plain;
  switch (name) {
    case 'insert':
      if (first === undefined || more.length > 0) return refuse('bad-arguments', COMMAND_USAGE[0] ?? '');
      if (!isProfileId(first)) return refuse('unknown-profile', first);
      return { kind: name, profile: first, reader, opensc, extendedLength };
    case 'remove':
    case 'plug':
    case 'unplug':
      if (first !== undefined) return refuse('bad-arguments', `${name} [--reader N]`);
      return { kind: name, reader };
    case 'fault': {
      const fault = parseFault(first === undefined ? [] : [first, ...more]);
      return 'usage' in fault ? refuse('bad-arguments', fault.usage) : { kind: name, fault, reader };
    }
    case 'counts':
    case 'reset-counts':
    case 'trace':
    case 'help':
    case 'quit':
      return first === undefined ? { kind: name } : refuse('bad-arguments', name);
    default:
      return refuse('unknown-command', name);
  }
}
