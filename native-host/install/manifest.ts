import ids from '../../common/ids.json' with { type: 'json' };
import { allowedExtensionIds, originOf } from '../allowed-callers.ts';

/** A native messaging host manifest. `path`: absolute path of the launcher. */
export function hostManifest(path: string) {
  return {
    name: ids.nativeHost,
    description: 'HPKI登録ナビ (hpki-navi): looks at the card reader, the card and its driver',
    path,
    type: 'stdio',
    allowed_origins: allowedExtensionIds.map(originOf),
  };
}

export const manifestFile = `${ids.nativeHost}.json`;
