import { createRequire } from 'node:module';
import path from 'node:path';

/**
 * Stands in for the module koffi inside the single executable: koffi's compiled part, from beside the program. Its
 * JavaScript looks for that below node_modules, which an installed program has not.
 */
const koffi: unknown = createRequire(process.execPath)(
  path.join(path.dirname(process.execPath), 'koffi.node'),
);
export default koffi;
