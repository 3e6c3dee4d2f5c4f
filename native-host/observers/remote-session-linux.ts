import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type RemoteSession, remoteUnknown } from './remote-session.ts';

/**
 * Variables that the way in leaves to every program of the session: xrdp-sesman, sshd (ssh(1)), TigerVNC's and TightVNC's
 * vncserver, Chrome Remote Desktop. The browser hands them to its hosts.
 */
const marks = ['XRDP_SESSION', 'SSH_CONNECTION', 'VNCDESKTOP', 'CHROME_REMOTE_DESKTOP_SESSION'] as const;

export interface RemoteSessionPlace {
  environment?: NodeJS.ProcessEnv;
  /** Prefix of system folders: a test's own tree. */
  root?: string;
}

/**
 * By the marks, else by what systemd-logind noted of the session: REMOTE in /run/systemd/sessions/ID, where
 * sd_session_is_remote(3) and `loginctl show-session -p Remote` have it from. No program is started for it.
 */
export async function linuxRemoteSession({
  environment = process.env,
  root = '',
}: RemoteSessionPlace = {}): Promise<RemoteSession> {
  const mark = marks.find((name) => environment[name]);
  if (mark) return { remoteDesktop: true, remoteBy: mark };
  const id = environment['XDG_SESSION_ID'];
  if (!id) return { remoteUnknown: 'not-found' };
  try {
    const noted = await readFile(join(root, '/run/systemd/sessions', basename(id)), 'utf8');
    const remote = /^REMOTE=([01])$/m.exec(noted)?.[1];
    return remote ? { remoteDesktop: remote === '1', remoteBy: 'logind' } : { remoteUnknown: 'not-found' };
  } catch (error) {
    return remoteUnknown(error as NodeJS.ErrnoException);
  }
}
