import { win32 } from 'node:path';
import type { Action } from '../../common/protocol/index.ts';
import type { ActionOutcome } from '../looking/messages.ts';
import { cardTools } from '../observers/card-tools.ts';
import { driverFolders, installedPrograms } from '../observers/installed-programs.ts';
import { smartCardService } from '../observers/service-windows.ts';
import type { Windows } from '../windows/index.ts';
import type { Opened } from '../windows/shell.ts';

/** The system's own windows, by file below System32. Nothing that comes from outside ever becomes part of a path. */
const consoles = {
  'open-services': 'services.msc',
  'open-device-manager': 'devmgmt.msc',
  'open-certificate-manager': 'certmgr.msc',
} as const;

/** Carries out one action of the fixed list, once. Windows itself asks for an administrator where one is needed. */
export async function carryOut(
  action: Action,
  {
    services,
    openFile,
    registry,
    environment,
  }: Pick<Windows, 'services' | 'openFile' | 'registry' | 'environment'>,
): Promise<ActionOutcome> {
  switch (action) {
    case 'open-card-tool': {
      const [tool] = await cardTools(environment, driverFolders(installedPrograms(registry)));
      return tool ? outcomeOf(await openFile(tool.path)) : 'action-unavailable';
    }
    case 'open-services':
    case 'open-device-manager':
    case 'open-certificate-manager': {
      const root = environment['SystemRoot'] ?? 'C:\\Windows';
      return outcomeOf(await openFile(win32.join(root, 'System32', consoles[action])));
    }
    case 'start-smart-card-service':
      try {
        await services.start(smartCardService);
        return 'done';
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        return code === 'EACCES' ? 'no-permission' : 'action-unavailable';
      }
  }
}

function outcomeOf(opened: Opened): ActionOutcome {
  switch (opened) {
    case 'opened':
      return 'done';
    case 'refused':
      return 'no-permission';
    case 'not-opened':
      return 'action-unavailable';
  }
}
