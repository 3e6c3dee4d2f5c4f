import { openLink } from './open-link.ts';
import { operatorEnrol } from './operator-enrol.ts';
import { phoneOpen } from './phone-open.ts';
import { phonePage } from './phone-page.ts';
import { phoneRegister } from './phone-register.ts';
import { phoneSignIn } from './phone-sign-in.ts';
import { progress } from './progress.ts';

/** One file for all pages; each page names its part. */
const parts: Record<string, (main: HTMLElement) => void> = {
  progress,
  'phone-open': phoneOpen,
  'phone-page': phonePage,
  page: phonePage,
  'open-link': openLink,
  'operator-enrol': operatorEnrol,
  'phone-register': phoneRegister,
  'phone-sign-in': phoneSignIn,
};

const main = document.querySelector('main');
const part = main && parts[main.dataset['script'] ?? ''];
if (main && part) part(main);
