import { homedir } from 'node:os';
import { basename, join } from 'node:path';

/** A browser this host can register with, and where that browser of this user looks for native hosts. */
export interface BrowserPlace {
  name: string;
  /** Exists once the browser has been started by this user. */
  profile: string;
  manifests: string;
}

/** Linux: the user's own folders (Chrome: native messaging; Chromium and Edge alike). */
export function browserPlaces(
  home: string = homedir(),
  environment: NodeJS.ProcessEnv = process.env,
): BrowserPlace[] {
  const config = environment['XDG_CONFIG_HOME'] ?? join(home, '.config');
  return [
    ['Google Chrome', 'google-chrome'],
    ['Chromium', 'chromium'],
    ['Microsoft Edge', 'microsoft-edge'],
  ].map(([name = '', folder = '']) => placeIn(name, join(config, folder)));
}

/** A browser started with its own user data folder looks nowhere else. `directory` may be that or its subfolder. */
export function placeIn(name: string, directory: string): BrowserPlace {
  const manifests =
    basename(directory) === 'NativeMessagingHosts' ? directory : join(directory, 'NativeMessagingHosts');
  return { name, profile: directory, manifests };
}
