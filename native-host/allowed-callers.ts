import ids from '../common/ids.json' with { type: 'json' };

declare const __HPKI_NAVI_RELEASE__: boolean | undefined;

/** A release talks to the extensions from the stores; any other build also to the one loaded from a folder. */
const release = typeof __HPKI_NAVI_RELEASE__ === 'boolean' && __HPKI_NAVI_RELEASE__;

/** Extension ids this host talks to. */
export const allowedExtensionIds: readonly string[] = [
  ids.extension.chrome,
  ids.extension.edge,
  release ? null : ids.extension.development,
].filter((id) => id !== null);

/** What a browser passes as the first argument: `chrome-extension://ID/`. */
export function originOf(id: string): string {
  return `chrome-extension://${id}/`;
}

export function isAllowedCaller(origin: string): boolean {
  return allowedExtensionIds.some((id) => originOf(id) === origin);
}
