import { isSea } from 'node:sea';
import { actionsHere } from './actions/index.ts';
import { chosenBackend } from './card/backends/chosen.ts';
import type { CardDesk } from './host.ts';
import type { LookingProcess } from './looking/client.ts';
import { openMessagePort } from './messaging/message-port.ts';
import { ownCommand } from './own-command.ts';
import { Session } from './session.ts';
import { withoutCompilers } from './v8-options.ts';
import { hostVersion } from './version.ts';

/** Longest request taken from the extension, in octets: far above any that exists. */
const requestBytes = 64 * 1024;

/** Serves the extension over standard input and output until the browser closes its end. */
export function serve(): void {
  let cards: CardDesk | undefined;
  let looking: LookingProcess | undefined;
  let acting: LookingProcess | undefined;
  const session = new Session({
    desk: async () => (await cardDesk()).desk,
    backend: chosenBackend(),
    hostVersion,
    actions: actionsHere(),
    // Loaded after the first answer: a browser waits for that, and for nothing else.
    surroundings: async () => {
      const [{ surroundings }, { LookingProcess }] = await Promise.all([
        import('./observers/index.ts'),
        import('./looking/client.ts'),
      ]);
      const command = ownCommand('looking-process');
      looking ??= new LookingProcess({ command });
      acting ??= new LookingProcess({ command });
      return surroundings({ looking, acting });
    },
    reportSecret: async (offered) => (await import('./report-secret.ts')).reportSecret(offered),
    send: (event, replaces) => {
      port.send(event, replaces);
      // The first answer is out: from now on the card process may take its share of the processor.
      if (event.type === 'hello') setImmediate(afterFirstAnswer);
    },
  });
  const afterFirstAnswer = () => {
    void cardDesk();
    withoutCompilers();
    if (isSea()) void tidyUp();
  };
  const cardDesk = async () => {
    const { openCardDesk } = await import('./host.ts');
    if (!cards) {
      cards = openCardDesk({
        service: (state) => session.service(state),
        readers: (readers) => session.readers(readers),
        card: (seen) => session.card(seen),
      });
      cards.start();
    }
    return cards;
  };
  const port = openMessagePort(
    process.stdin,
    process.stdout,
    { message: (value) => session.receive(value), malformed: (detail) => session.malformed(detail) },
    requestBytes,
  );
  void port.closed.then(() => {
    cards?.end();
    looking?.end();
    acting?.end();
    process.exit(0);
  });
}

/** The installed single executable of the Windows packages clears away what its upgrade left. */
async function tidyUp(): Promise<void> {
  const { deleteReplacedFiles } = await import('./install/replaced-files.ts');
  await deleteReplacedFiles();
}
