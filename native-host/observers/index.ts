import type { Action, Subject } from '../../common/protocol/index.ts';
import type { LookingProcess } from '../looking/client.ts';
import type { ActionOutcome } from '../looking/messages.ts';
import type { Surroundings } from '../session.ts';
import type { BrowserSessionOptions } from './browser-session-linux.ts';
import { linuxObservers } from './linux.ts';
import { notSupported } from './not-supported.ts';
import { pcscdStartType } from './pcscd-start-type.ts';
import type { Observer, Seen } from './port.ts';
import { siteCertificateObserver } from './site-certificate.ts';

export { observeOnce } from './observe-once.ts';

export interface SurroundingsOptions extends BrowserSessionOptions {
  /** Where Windows is asked. */
  looking: LookingProcess;
  /** Where actions are carried out: in a process apart, which stands still while a person is asked for consent. */
  acting?: LookingProcess;
  /** Look at nothing that needs the network. */
  offline?: boolean;
  platform?: NodeJS.Platform;
}

/** Everything that is looked at beside the desk. */
export function surroundings(options: SurroundingsOptions): Surroundings {
  const { looking, acting = looking, offline = false, platform = process.platform } = options;
  const network = offline ? [] : [siteCertificateObserver() as unknown as Observer<Subject>];
  switch (platform) {
    case 'linux':
      return {
        observers: [...linuxObservers(options), ...network],
        service: async () => ({ startType: await pcscdStartType() }),
        act: async () => 'action-unavailable',
      };
    case 'win32':
      return {
        observers: [...lookedAtElsewhere(looking, options.parentId ?? process.ppid), ...network],
        service: async () => {
          const answer = await looking.ask({ type: 'services' });
          if (answer.type !== 'services')
            throw new Error(answer.type === 'failed' ? answer.detail : answer.type);
          const { state, startType, propagation } = answer;
          return { state, startType, propagation };
        },
        act: (action) => actThrough(acting, action),
      };
    default:
      return {
        observers: [...onWindows.map(({ subject }) => unseen(subject, platform)), ...network],
        service: async () => undefined,
        act: async () => 'action-unavailable',
      };
  }
}

/** Subjects that the looking process sees; each with its own deadline there. */
const onWindows: readonly { subject: Subject; againAfterCardMs?: number; whenHeld?: boolean }[] = [
  { subject: 'card-holders', whenHeld: true },
  { subject: 'card-driver' },
  { subject: 'driver-reader' },
  // The driver, or CertPropSvc, puts the card's certificates there some time after the card came.
  { subject: 'certificate-store', againAfterCardMs: 2500 },
  { subject: 'usb-readers' },
  { subject: 'policies' },
  { subject: 'browser-session' },
];

/**
 * Milliseconds, with the start of the looking process, which alone takes ten seconds on a PC that is busy or whose
 * security software reads the program first; each look has its own, shorter deadline in there. Below the extension's
 * for `watch`.
 */
const lookingMs = 16_000;

function lookedAtElsewhere(looking: LookingProcess, browserId: number): Observer<Subject>[] {
  return onWindows.map(({ subject, ...again }) => ({
    subject,
    ...again,
    deadlineMs: lookingMs,
    how: 'looking process',
    async observe(): Promise<Seen<Subject>> {
      const answer = await looking.ask({ type: 'look', subject, browserId });
      if (answer.type === 'seen' && answer.observation.subject === subject) {
        return { ...answer.observation.result, how: answer.observation.how } as Seen<Subject>;
      }
      const detail = answer.type === 'failed' ? answer.detail : 'unexpected answer';
      return { outcome: 'unknown', reason: 'failed', detail };
    },
  }));
}

function unseen(subject: Subject, platform: string): Observer<Subject> {
  return notSupported(subject, `not looked at on ${platform}`) as unknown as Observer<Subject>;
}

async function actThrough(looking: LookingProcess, action: Action): Promise<ActionOutcome> {
  const answer = await looking.ask({ type: 'act', action });
  return answer.type === 'acted' ? answer.outcome : 'action-unavailable';
}
