import { type Action, actions } from '../../common/protocol/requests.ts';

/** Actions this system has: none but on Windows. */
export function actionsHere(platform: NodeJS.Platform = process.platform): readonly Action[] {
  return platform === 'win32' ? actions : [];
}
