import type { FactsOf } from '../../common/protocol/index.ts';

/** Whether the desktop is shown on another PC, and by what that is known; or why it is not. */
export type RemoteSession = Pick<FactsOf<'browser-session'>, 'remoteDesktop' | 'remoteBy' | 'remoteUnknown'>;

/** What could not be looked at is not "not remote". */
export function remoteUnknown(error: NodeJS.ErrnoException): RemoteSession {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return { remoteUnknown: 'not-found' };
  return { remoteUnknown: error.code === 'EACCES' || error.code === 'EPERM' ? 'no-permission' : 'failed' };
}
