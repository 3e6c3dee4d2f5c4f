import { isSea } from 'node:sea';

/**
 * V8 options of the card process, which does little and lives as long as the browser: a small heap and no
 * optimising compilers keep it within one and a half times a bare Node, also after hundreds of cards.
 */
const smallHeap = [
  '--max-semi-space-size=1',
  '--max-old-space-size=32',
  '--no-opt',
  '--no-maglev',
  '--no-sparkplug',
];

/** What starts this very program once more, in another part. The single executable of the Windows packages is all of it. */
export function ownCommand(argument: 'card-process' | 'looking-process'): [string, ...string[]] {
  if (isSea()) return [process.execPath, argument];
  const script = process.argv[1];
  if (script === undefined) throw new Error('the program does not know its own path');
  return [process.execPath, ...process.execArgv, ...smallHeap, script, argument];
}
