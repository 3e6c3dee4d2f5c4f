import type { Subject } from '../../common/protocol/index.ts';
import type { Windows } from '../windows/index.ts';
import { windowsBrowserSessionObserver } from './browser-session-windows.ts';
import { windowsCardDriverObserver } from './card-driver-windows.ts';
import { windowsCardHoldersObserver } from './card-holders-windows.ts';
import { windowsCertificateStoreObserver } from './certificate-store-windows.ts';
import { windowsDriverReaderObserver } from './driver-reader-windows.ts';
import { windowsPoliciesObserver } from './policies-windows.ts';
import type { Observer } from './port.ts';
import { windowsUsbReadersObserver } from './usb-readers-windows.ts';

/**
 * What is looked at on Windows, each made when it is asked for: a library that can't be loaded takes its own subject
 * with it. These run in the looking process, which can be ended.
 */
export const windowsObservers = {
  'card-holders': (windows: Windows) => windowsCardHoldersObserver({ processes: windows.processes }),
  'card-driver': (windows: Windows) => windowsCardDriverObserver(windows),
  'driver-reader': (windows: Windows) => windowsDriverReaderObserver(windows),
  'certificate-store': (windows: Windows) => windowsCertificateStoreObserver(windows),
  'usb-readers': (windows: Windows) => windowsUsbReadersObserver(windows),
  policies: (windows: Windows) => windowsPoliciesObserver(windows),
  'browser-session': (windows: Windows, browserId: number) =>
    windowsBrowserSessionObserver({
      processes: windows.processes,
      registry: windows.registry,
      parentId: browserId,
    }),
} satisfies { [S in Subject]?: (windows: Windows, browserId: number) => Observer<S> };

export type WindowsSubject = keyof typeof windowsObservers;
export const windowsSubjects = Object.keys(windowsObservers) as WindowsSubject[];
