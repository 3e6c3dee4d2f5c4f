import * as v from 'valibot';
import type { Text } from '../../common/guide/index.ts';
import { type PhoneProblem, phoneProblemSchema, problemText } from '../phone/problem.ts';
import { proveProblemText, type SignInProblem, signInProblemSchema } from '../sign-in/problem.ts';
import type { SignInStatus } from '../sign-in/status.ts';
import { deadlineOf, statusOf, type TicketStatus } from './status.ts';
import type { Ticket } from './store.ts';

/** What the PC's page shows of the phone's progress. Sent as JSON over the event stream. */
export interface Progress {
  status: TicketStatus | SignInStatus;
  /** What to do now, in one sentence. */
  headline: string;
  /** After a failure on the phone: the sentence shown there, the likely cause and the remedy. */
  problem: { code: string; title: string; cause: string; remedy: string } | null;
  /** Milliseconds until the status changes by itself; the PC's own clock is not relied on. */
  left: number;
}

const headlines: Record<TicketStatus, Text> = {
  waiting: {
    ja: 'スマートフォンのカメラでQRコードを読み取ってください。',
    en: "Scan the QR code with the phone's camera.",
  },
  opened: {
    ja: 'スマートフォンで読み取りました。スマートフォンの画面で「ログイン」をタップしてください。',
    en: 'The phone has opened it. Tap 「ログイン」 (Log in) on the phone.',
  },
  'logged-in': {
    ja: 'スマートフォンの画面で「登録」をタップし、生体認証を実施してください。',
    en: 'Tap 「登録」 (Register) on the phone and use your fingerprint or face.',
  },
  proving: {
    ja: '新しいスマートフォンで使えることを確かめます。スマートフォンの画面で「確認」をタップし、もう一度生体認証を実施してください。',
    en: 'Now the new phone is tried: tap 「確認」 (Check) on it and use your fingerprint or face once more.',
  },
  registered: {
    ja: 'もう少しです。スマートフォンの画面で「OK」をタップしてください。',
    en: 'Almost done: tap 「OK」 on the phone.',
  },
  done: { ja: '登録が完了しました', en: 'Registration complete' },
  expired: { ja: 'QRコードの有効期限が切れました', en: 'The QR code has expired' },
  cancelled: { ja: 'このQRコードは取り消されました', en: 'This QR code has been cancelled' },
};

export function progressOf(ticket: Ticket, now: number, language: keyof Text): Progress {
  const status = statusOf(ticket, now);
  const problem = problemOf(ticket);
  const text = problem && textOf(problem);
  return {
    status,
    headline: headlines[status][language],
    problem: text
      ? {
          code: text.error,
          title: text.title[language],
          cause: text.causes[0]?.[language] ?? '',
          remedy: text.remedies[0]?.[language] ?? text.retry[language],
        }
      : null,
    left: Math.max(0, deadlineOf(ticket) - now),
  };
}

/** What a ticket keeps of the last failure: of the registration, or of the new phone's first sign-in. */
export type TicketProblem = PhoneProblem | { prove: SignInProblem };
const ticketProblemSchema = v.union([phoneProblemSchema, v.strictObject({ prove: signInProblemSchema })]);

function textOf(problem: TicketProblem) {
  if (!('prove' in problem)) return problemText(problem);
  return { ...proveProblemText(problem.prove), error: problem.prove.cause };
}

/** The last failure on the phone, null when there is none. */
export function problemOf(ticket: Pick<Ticket, 'problem'>): TicketProblem | null {
  if (ticket.problem === null) return null;
  const result = v.safeParse(ticketProblemSchema, JSON.parse(ticket.problem));
  return result.success ? result.output : null;
}
