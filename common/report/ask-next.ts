import type { Text } from '../guide/types.ts';
import type { Report } from './schema.ts';

interface Question {
  /** Asked when this holds of the causes. */
  when(causes: readonly string[], report: Report | null): boolean;
  text: Text;
}

const leads =
  (...beginnings: string[]) =>
  (causes: readonly string[]) =>
    beginnings.some((beginning) => causes[0]?.startsWith(beginning));

/** What a caller can answer and a report can not. In the order in which to ask. */
const questions: readonly Question[] = [
  {
    when: leads('access-denied', 'login.no-chooser', 'driver-reader'),
    text: {
      ja: 'PCにつながっているカードリーダーは何台ですか。機種名は何と書いてありますか。',
      en: 'How many card readers are connected, and what is printed on them?',
    },
  },
  {
    when: leads('access-denied', 'login.no-chooser', 'driver-reader'),
    text: {
      ja: 'HPKIカードツールの「リーダーライタ選択ツール」では、どのリーダーが選ばれていますか。',
      en: 'Which reader is selected in the HPKI card tools’ reader selection tool?',
    },
  },
  {
    when: leads('access-denied', 'login.'),
    text: {
      ja: '証明書を選ぶ画面と、PINを入れる画面は出ましたか。',
      en: 'Did the certificate dialog appear? And the one for the PIN?',
    },
  },
  {
    when: leads('card-readable', 'card-kind.unknown', 'card-kind.foreign', 'certificate.unknown'),
    text: {
      ja: 'カードの表には何と書いてありますか（薬剤師資格証ですか）。ICチップは汚れていませんか。',
      en: 'What is printed on the card (is it the pharmacist’s card)? Is the chip clean?',
    },
  },
  {
    when: leads('card-readable.in-use', 'card-readable.in-use-by', 'card-readable.disturbed'),
    text: {
      ja: 'レセコンや電子処方箋のソフトは開いていますか。',
      en: 'Is the dispensing system or e-prescription software open?',
    },
  },
  {
    when: leads('host.'),
    text: {
      ja: '最近、セキュリティソフトやWindowsの更新、拡張機能の更新がありましたか。',
      en: 'Was security software, Windows or the extension updated recently?',
    },
  },
  {
    when: leads('invalid-registration', 'security-key-error', 'phone.', 'qr-'),
    text: {
      ja: 'スマートフォンは iPhone ですか Android ですか。どのブラウザで開きましたか。画面には何と出ていますか。',
      en: 'iPhone or Android? Opened in which browser? What does the screen say?',
    },
  },
  {
    when: leads('site.'),
    text: {
      ja: 'そのPCで、ほかのホームページは開けますか。オンライン資格確認用の回線ではありませんか。',
      en: 'Do other web sites open on that PC? Is it on the closed line for eligibility checks?',
    },
  },
  {
    when: leads('browser-session', 'other-person'),
    text: {
      ja: '同じPCで、直前に別の方が登録しましたか。',
      en: 'Did someone else register on that PC just before?',
    },
  },
  {
    when: (causes, report) =>
      causes[0]?.startsWith('none.') === true || (report?.checks ?? []).some(isUnknown),
    text: {
      ja: 'どの手順の番号で、画面に何と出ましたか。記録を開始して、同じ操作をもう一度していただけますか。',
      en: 'At which step, and what did the screen say? Could you start a recording and do it again?',
    },
  },
];

const isUnknown = ({ status }: { status: string }) => status === 'unknown';

/** Whether the first cause is sure: an observed failure with nothing beside it. */
export function isAmbiguous(causes: readonly string[]): boolean {
  const [first, ...others] = causes;
  return (
    first === undefined ||
    /^(?:access-denied|login\.(?!pin-wrong)|none\.|phone\.|driver-reader|drift)|\.unknown/.test(first) ||
    others.length > 1
  );
}

/** At most three: nobody answers more on the phone. */
export function questionsFor(causes: readonly string[], report: Report | null): Text[] {
  return questions
    .filter(({ when }) => when(causes, report))
    .slice(0, 3)
    .map(({ text }) => text);
}
