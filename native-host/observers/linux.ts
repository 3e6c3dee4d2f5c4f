import type { Subject } from '../../common/protocol/index.ts';
import { type BrowserSessionOptions, linuxBrowserSessionObserver } from './browser-session-linux.ts';
import { linuxCardDriverObserver } from './card-driver-linux.ts';
import { linuxCardHoldersObserver } from './card-holders-linux.ts';
import { nssCertificateStoreObserver } from './certificate-store-nss.ts';
import { notSupported } from './not-supported.ts';
import { filePoliciesObserver } from './policies-files.ts';
import type { Observer } from './port.ts';
import { linuxUsbReadersObserver } from './usb-readers-linux.ts';

export function linuxObservers(browser: BrowserSessionOptions): Observer<Subject>[] {
  const observers = [
    linuxCardHoldersObserver(),
    linuxCardDriverObserver(),
    notSupported('driver-reader', 'modules on Linux have no reader selection'),
    nssCertificateStoreObserver(),
    linuxUsbReadersObserver(),
    filePoliciesObserver(),
    linuxBrowserSessionObserver(browser),
  ];
  return observers as unknown as Observer<Subject>[];
}
