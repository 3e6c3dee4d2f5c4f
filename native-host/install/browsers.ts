import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import type { Policy } from '../observers/policy-names.ts';

/** A browser this host can register with, and where that browser of this user looks for native hosts. */
export interface BrowserPlace {
  name: string;
  /** Exists once the browser has been started by this user. */
  profile: string;
  manifests: string;
  /** Where it looks for native hosts of all users. A user data folder by itself has none. */
  everyones?: string;
  /** The browser whose policies hold for it. */
  policies?: Policy['browser'];
}

/** Linux: the user's own folders, and those of all users (Chrome: native messaging; Chromium and Edge alike). */
export function browserPlaces(
  home: string = homedir(),
  environment: NodeJS.ProcessEnv = process.env,
  root = '/',
): BrowserPlace[] {
  const config = environment['XDG_CONFIG_HOME'] ?? join(home, '.config');
  return (
    [
      ['Google Chrome', 'google-chrome', 'etc/opt/chrome', 'chrome'],
      ['Chromium', 'chromium', 'etc/chromium', 'chromium'],
      ['Microsoft Edge', 'microsoft-edge', 'etc/opt/edge', 'edge'],
    ] as const
  ).map(([name, folder, everyones, policies]) => ({
    ...placeIn(name, join(config, folder)),
    everyones: join(root, everyones, 'native-messaging-hosts'),
    policies,
  }));
}

/** A browser started with its own user data folder looks nowhere else. `directory` may be that or its subfolder. */
export function placeIn(name: string, directory: string): BrowserPlace {
  const manifests =
    basename(directory) === 'NativeMessagingHosts' ? directory : join(directory, 'NativeMessagingHosts');
  return { name, profile: directory, manifests };
}
