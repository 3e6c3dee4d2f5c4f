import { foreignLibrary } from './foreign-call.ts';
import { wide } from './wide.ts';

/** Opens a file as a double click does. @returns whether the system opened it */
export type OpenFile = (path: string) => Promise<boolean>;

const showNormal = 1;

/** ShellExecuteW: what it opens may ask for an administrator's consent by itself. Values above 32 are success. */
export function openShell(): OpenFile {
  const shell = foreignLibrary('shell32.dll', {
    ShellExecuteW: ['uintptr_t', 'uintptr_t', 'void *', 'void *', 'void *', 'void *', 'int32_t'],
  });
  return async (path) =>
    (await shell.ShellExecuteW(0n, wide('open'), wide(path), null, null, showNormal)) > 32n;
}
