import type { Text } from '../../common/guide/index.ts';
import type { SignInsTable } from '../database/index.ts';
import type { Progress } from '../ticket/progress.ts';
import { signInProblemOf, signInProblemText } from './problem.ts';
import { type SignInStatus, signInStatusOf } from './status.ts';

const headlines: Record<SignInStatus, Text> = {
  waiting: {
    ja: '登録したスマートフォンのカメラでQRコードを読み取ってください。',
    en: 'Scan the QR code with the camera of the registered phone.',
  },
  opened: {
    ja: 'スマートフォンで読み取りました。スマートフォンの画面の案内に従ってください。',
    en: 'The phone has opened it. Follow what the phone says.',
  },
  confirmed: {
    ja: 'スマートフォンの画面で「ログイン」をタップし、生体認証を実施してください。',
    en: 'Tap 「ログイン」 (Log in) on the phone and use your fingerprint or face.',
  },
  done: { ja: 'ログインできました', en: 'Signed in' },
  taken: { ja: 'ログインできました', en: 'Signed in' },
  expired: { ja: 'QRコードの有効期限が切れました', en: 'The QR code has expired' },
  cancelled: { ja: 'このQRコードは取り消されました', en: 'This QR code has been cancelled' },
};

/** What the PC's page shows of a sign-in. */
export function signInProgressOf(signIn: SignInsTable, now: number, language: keyof Text): Progress {
  const status = signInStatusOf(signIn, now);
  const problem = signInProblemOf(signIn);
  const text = problem && signInProblemText(problem);
  return {
    status,
    headline: headlines[status][language],
    problem:
      problem && text
        ? {
            code: problem.cause,
            title: text.title[language],
            cause: text.causes[0]?.[language] ?? '',
            remedy: text.remedies[0]?.[language] ?? text.retry[language],
          }
        : null,
    left: Math.max(0, signIn.expires_at - now),
  };
}
