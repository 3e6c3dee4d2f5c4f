/** A sentence in both languages. Japanese first: it is what users read. */
export interface Text {
  ja: string;
  en: string;
}

/** Where a sentence comes from: the manual's own words, or ours where the manual is silent. */
export type Source = { manual: string } | { ours: true };

/** Every step, in the manual's order. */
export const stepIds = [
  'prepare',
  'open-site',
  'choose-method',
  'card-auth',
  'choose-certificate',
  'enter-pin',
  'scan-qr',
  'phone-login',
  'phone-register',
  'phone-biometric',
  'phone-label',
  'phone-done',
  'finish',
] as const;

export type StepId = (typeof stepIds)[number];

export interface Step {
  id: StepId;
  /** The manual's number, 1 to 13. */
  number: number;
  device: 'pc' | 'phone';
  title: Text;
  /** What the person does, in order. */
  instructions: Text[];
  /** The manual's ※ remarks. */
  notes: Text[];
}

export type Phone = 'iphone' | 'android';

export interface GuideItem {
  text: Text;
  /** Only for this kind of phone. */
  phone?: Phone;
  source: Source;
}

export type GuideErrorId =
  | 'access-denied'
  | 'invalid-registration'
  | 'security-key-error'
  | 'qr-expired'
  | 'qr-used'
  | 'other-person'
  | 'card-removed'
  | 'signature-certificate';

export interface GuideError {
  id: GuideErrorId;
  title: Text;
  /** What is seen, 【現象】. */
  symptom: Text;
  /** 【原因】, most likely first where nothing else is known. */
  causes: GuideItem[];
  /** 【解決策】. */
  remedies: GuideItem[];
  /** The one thing to do next. */
  next: Text;
  /** The step to go on from. */
  resumeAt: StepId;
  source: Source;
}
