import { foreignLibrary } from './foreign-call.ts';
import { wide } from './wide.ts';

/** Opens a file as a double click does. @returns whether the system opened it */
export type OpenFile = (path: string) => Promise<boolean>;

const showNormal = 1;

/**
 * ShellExecuteW: what it opens may ask for an administrator's consent by itself. Values above 32 are success. It may go
 * on to parts of the shell that need COM; calls come from threads that have none of their own, and CoIncrementMTAUsage
 * (Windows 8 and later) gives it to all of them at once.
 */
export function openShell(): OpenFile {
  const shell = foreignLibrary('shell32.dll', {
    ShellExecuteW: ['uintptr_t', 'uintptr_t', 'void *', 'void *', 'void *', 'void *', 'int32_t'],
  });
  const com = foreignLibrary('ole32.dll', { CoIncrementMTAUsage: ['int32_t', 'void *'] });
  let ready: Promise<unknown> | undefined;
  return async (path) => {
    ready ??= com.CoIncrementMTAUsage(Buffer.alloc(8));
    await ready;
    return (await shell.ShellExecuteW(0n, wide('open'), wide(path), null, null, showNormal)) > 32n;
  };
}
