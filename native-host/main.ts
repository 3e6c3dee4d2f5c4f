import { firstCardProcess } from './card/process/start.ts';
import { exitCode } from './exit-codes.ts';
import { ownCommand } from './own-command.ts';

/**
 * One program, three ways to be started: by a browser (first argument: the calling extension's origin), by itself
 * as the process that owns PC/SC or the one that looks at Windows, and by a person. What the others need is not loaded.
 */
async function main([first, ...rest]: string[]): Promise<void> {
  if (first === 'card-process') {
    const { runCardProcess } = await import('./card/process/main.ts');
    return runCardProcess(process.stdin, process.stdout);
  }
  if (first === 'looking-process') {
    const { runLookingProcess } = await import('./looking/main.ts');
    return runLookingProcess(process.stdin, process.stdout);
  }
  if (first?.includes('://')) {
    const { isAllowedCaller } = await import('./allowed-callers.ts');
    if (!isAllowedCaller(first)) {
      process.stderr.write(`hpki-navi-host: ${first} is not an extension this host talks to\n`);
      process.exitCode = exitCode.callerRefused;
      return;
    }
    const { serve } = await import('./serve.ts');
    return serve();
  }
  // The card process takes the longest: it is started before the rest is loaded.
  const cards = looksAtCards(first) ? firstCardProcess(ownCommand('card-process')) : undefined;
  const { runCommand } = await import('./commands/index.ts');
  process.exitCode = await runCommand(first, rest, cards);
  process.stdout.write('', () => process.exit()); // once everything written is out, whatever else goes on
}

/** What a person types that needs the cards. */
const looksAtCards = (name: string | undefined) => name === 'inspect' || name === 'report';

void main(process.argv.slice(2));
