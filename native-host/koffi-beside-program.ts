import { createRequire } from 'node:module';
import path from 'node:path';
import { isSea } from 'node:sea';

/**
 * Stands in for the module koffi in every build: koffi's compiled part, from beside the program. Its JavaScript would
 * look for that below node_modules, which an installed program has not, and takes longer to load than all of the host.
 */
const program = isSea() ? process.execPath : (process.argv[1] ?? '');
const koffi: unknown = createRequire(program)(path.join(path.dirname(program), 'koffi.node'));
export default koffi;
