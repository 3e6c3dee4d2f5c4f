import type { Windows } from '../windows/index.ts';
import { type RemoteSession, remoteUnknown } from './remote-session.ts';

const terminalServer = {
  root: 'HKLM',
  path: 'SYSTEM\\CurrentControlSet\\Control\\Terminal Server',
  view: 64,
} as const;

/**
 * SM_REMOTESESSION says "local" of a session through RemoteFX: there the session at the PC's own screen, in the
 * registry, is another than this one. Source: Microsoft, "Detecting the Remote Desktop Services environment".
 */
export async function windowsRemoteSession(
  { processes, registry }: Pick<Windows, 'processes' | 'registry'>,
  processId: number,
): Promise<RemoteSession> {
  try {
    if (await processes.remoteSession()) return { remoteDesktop: true, remoteBy: 'SM_REMOTESESSION' };
    const atScreen = registry.values(terminalServer).get('GlassSessionId');
    const here = await processes.sessionId(processId);
    if (typeof atScreen !== 'number' || here === undefined) return { remoteUnknown: 'not-found' };
    return { remoteDesktop: atScreen !== here, remoteBy: 'GlassSessionId' };
  } catch (error) {
    return remoteUnknown(error as NodeJS.ErrnoException);
  }
}
