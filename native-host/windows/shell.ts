import koffi from 'koffi';
import { foreignCalls } from './foreign-call.ts';

/** What came of opening: `refused` where Windows or the person gave no right to it. */
export type Opened = 'opened' | 'refused' | 'not-opened';

/** Opens a file as a double click does. */
export type OpenFile = (path: string) => Promise<Opened>;

const showNormal = 1;
const apartmentThreaded = 0x2;
const disableOle1Dde = 0x4;
/** SEE_MASK_NOASYNC: this process may end right afterwards. SEE_MASK_FLAG_NO_UI: what went wrong is told by us. */
const mask = 0x100 | 0x400;
const accessDenied = 5; // SE_ERR_ACCESSDENIED; also where a consent prompt was declined

/**
 * ShellExecuteExW: what it opens may ask for an administrator's consent by itself. It goes on to parts of the shell that
 * want a single-threaded apartment of COM, so that it is called on this thread, which stands still until it has
 * returned: only a process that does nothing else may do this.
 */
export function openShell(): OpenFile {
  const com = foreignCalls('ole32.dll', { CoInitializeEx: ['int32_t', 'uintptr_t', 'uint32_t'] });
  const information = koffi.struct({
    cbSize: 'uint32_t',
    fMask: 'uint32_t',
    hwnd: 'uintptr_t',
    lpVerb: 'str16',
    lpFile: 'str16',
    lpParameters: 'str16',
    lpDirectory: 'str16',
    nShow: 'int32_t',
    hInstApp: 'uintptr_t',
    lpIDList: 'uintptr_t',
    lpClass: 'str16',
    hkeyClass: 'uintptr_t',
    dwHotKey: 'uint32_t',
    hIcon: 'uintptr_t',
    hProcess: 'uintptr_t',
  });
  const shellExecuteEx = koffi
    .load('shell32.dll')
    .func('ShellExecuteExW', 'int32_t', [koffi.inout(koffi.pointer(information))]);
  com.CoInitializeEx(0, apartmentThreaded | disableOle1Dde);
  return async (path) => {
    const told = {
      cbSize: koffi.sizeof(information),
      fMask: mask,
      hwnd: 0,
      lpVerb: 'open',
      lpFile: path,
      lpParameters: null,
      lpDirectory: null,
      nShow: showNormal,
      hInstApp: 0,
      lpIDList: 0,
      lpClass: null,
      hkeyClass: 0,
      dwHotKey: 0,
      hIcon: 0,
      hProcess: 0,
    };
    if (shellExecuteEx(told) !== 0) return 'opened';
    return Number(told.hInstApp) === accessDenied ? 'refused' : 'not-opened';
  };
}
