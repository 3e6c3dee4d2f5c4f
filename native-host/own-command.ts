import { isSea } from 'node:sea';

/**
 * What starts this very program once more, in another part, with the options of V8 it was started with itself. The single
 * executable of the Windows packages has them in it.
 */
export function ownCommand(argument: 'card-process' | 'looking-process'): [string, ...string[]] {
  if (isSea()) return [process.execPath, argument];
  const script = process.argv[1];
  if (script === undefined) throw new Error('the program does not know its own path');
  return [process.execPath, ...process.execArgv, script, argument];
}
