import type { Text } from '../../common/guide/index.ts';
import { type Html, html } from './html.ts';
import type { Language } from './language.ts';

/**
 * Qualifications as the certificates write them (ISO 17090 hcRole). Those seen in certificates, and the ones named in
 * the same list of HPKI's policy; any other is shown as it stands.
 */
const roles: Record<string, string> = {
  Pharmacist: '薬剤師',
  'Medical Doctor': '医師',
  Dentist: '歯科医師',
  'General Nurse': '看護師',
  'Director of Hospital': '病院長',
  'Director of Clinic': '診療所院長',
  'Supervisor of Pharmacy': '管理薬剤師',
  'Proprietor of Pharmacy': '薬局開設者',
};

const words = {
  role: { ja: 'HPKI証明書の資格', en: 'Qualification in the HPKI certificate' },
} as const satisfies Record<string, Text>;

/** The username as manual (7) and (8) show it: the label in the platform's own word, then the value. */
export function usernameText(username: string): Html {
  return html`<dl class="username"><dt>Username</dt><dd>${username}</dd></dl>`;
}

/** Username and, where the card's certificate names one, the qualification. */
export function personText(person: { username: string; hcRole: string | null }, language: Language): Html {
  const { username, hcRole } = person;
  return html`${usernameText(username)}${
    hcRole !== null &&
    html`<dl class="role"><dt>${words.role[language]}</dt><dd>${language === 'ja' ? (roles[hcRole] ?? hcRole) : hcRole}</dd></dl>`
  }`;
}
