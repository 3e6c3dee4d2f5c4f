import { openPersonalStore, type PersonalStore } from './certificates.ts';
import { openUsbDevices, type UsbDevices } from './devices.ts';
import { type FileVersion, openFileVersion } from './file-version.ts';
import { openProcesses, type Processes } from './processes.ts';
import { openRegistry, type Registry } from './registry.ts';
import { openServices, type Services } from './services.ts';
import { type OpenFile, openShell } from './shell.ts';

export type { Registry, RegistryKey, RegistryValue } from './registry.ts';
export type { Processes, Services, UsbDevices };

/** What the observers and actions need of Windows, each a narrow port with one real implementation through koffi. */
export interface Windows {
  registry: Registry;
  services: Services;
  fileVersion: FileVersion;
  personalStore: PersonalStore;
  processes: Processes;
  usbDevices: UsbDevices;
  openFile: OpenFile;
  environment: NodeJS.ProcessEnv;
}

/** Libraries are loaded when first asked for: one that is missing takes one subject with it, not all. */
export function openWindows(environment: NodeJS.ProcessEnv = process.env): Windows {
  const registry = once(openRegistry);
  const parts = {
    registry,
    services: once(openServices),
    fileVersion: once(openFileVersion),
    personalStore: once(() => openPersonalStore(registry())),
    processes: once(openProcesses),
    usbDevices: once(openUsbDevices),
    openFile: once(openShell),
  };
  return {
    get registry() {
      return parts.registry();
    },
    get services() {
      return parts.services();
    },
    get fileVersion() {
      return parts.fileVersion();
    },
    get personalStore() {
      return parts.personalStore();
    },
    get processes() {
      return parts.processes();
    },
    get usbDevices() {
      return parts.usbDevices();
    },
    get openFile() {
      return parts.openFile();
    },
    environment,
  };
}

function once<T>(open: () => T): () => T {
  let opened: { part: T } | undefined;
  return () => {
    opened ??= { part: open() };
    return opened.part;
  };
}
