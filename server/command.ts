import { parseArgs } from 'node:util';
import { isInAuditLog, verifyAuditLog } from './audit/log.ts';
import { ConfigurationError, loadConfiguration } from './configuration/index.ts';
import { openDatabase } from './database/index.ts';
import { addOperator, endOperator, listOperators } from './operator/store.ts';

const usage = `node server/command.ts --config FILE COMMAND
  operator add NAME support|operator   prints a link, good for 24 hours, for making a passkey
  operator end ID
  operator list
  audit verify [HEAD]                  checks the whole log; HEAD was printed by an earlier check
`;

/** For whoever administers the machine. What operators do themselves is on their console. */
async function main(): Promise<number> {
  const [options, command] = optionsAndCommand(process.argv.slice(2));
  const { values } = parseArgs({ args: options, options: { config: { type: 'string' } } });
  const { HPKI_NAVI_CONFIG_FILE: file, ...environment } = process.env;
  const configuration = await loadConfiguration(values.config ?? file, environment);
  const database = await openDatabase(configuration.database);
  const say = (text: string) => process.stdout.write(`${text}\n`);
  try {
    const [subject, verb, ...rest] = command;
    switch (`${subject} ${verb}`) {
      case 'operator add': {
        const [name = '', role = ''] = rest;
        if (name === '' || (role !== 'support' && role !== 'operator')) break;
        if (!configuration.operators)
          throw new ConfigurationError(['operators: the console is not configured']);
        const { id, token } = await addOperator(database, { name: name.slice(0, 64), role }, Date.now());
        say(`${id}\n${configuration.operators.origin}/enrol#${token}`);
        return 0;
      }
      case 'operator end': {
        const [id = ''] = rest;
        if (await endOperator(database, id, Date.now())) return 0;
        process.stderr.write('no operator in service with this id\n');
        return 1;
      }
      case 'operator list':
        for (const { id, name, role, keys, ended_at } of await listOperators(database)) {
          say([id, role, ended_at === null ? `${keys} passkeys` : 'ended', name].join('\t'));
        }
        return 0;
      case 'audit verify': {
        const [head] = rest;
        const verdict = await verifyAuditLog(database);
        if (!verdict.ok) {
          say(`broken at entry ${verdict.seq}: ${verdict.why}`);
          return 1;
        }
        if (head !== undefined && !(await isInAuditLog(database, head))) {
          say(`broken: the entry with hash ${head} is gone`);
          return 1;
        }
        say(`${verdict.entries} entries, unbroken\nhead ${verdict.head}`);
        return 0;
      }
    }
    process.stderr.write(usage);
    return 2;
  } finally {
    await database.destroy();
  }
}

/** What comes after the command's first word is no option, whatever it begins with: an id may begin with `-`. */
function optionsAndCommand(words: readonly string[]): [string[], string[]] {
  const isCommand = (word: string, index: number) => !word.startsWith('-') && words[index - 1] !== '--config';
  const at = words.findIndex(isCommand);
  return at < 0 ? [[...words], []] : [words.slice(0, at), words.slice(at)];
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof ConfigurationError ? error.message : error);
    process.exitCode = 1;
  },
);
