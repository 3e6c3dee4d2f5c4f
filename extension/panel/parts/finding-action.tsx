import { type CheckAction, wordsForReason } from '../../../common/guide/checks.ts';
import { siteOrigins } from '../../../common/sites.ts';
import type { Check } from '../../judge/index.ts';
import { browser } from '../../platform/browser.ts';
import type { Send } from '../background-port.ts';
import { word } from '../words.ts';
import { Button } from './button.tsx';
import { CloseBrowser } from './close-browser.tsx';
import { HostActionButton } from './host-action.tsx';

const actionWords = {
  'check-again': 'action_check_again',
  'read-card-again': 'action_read_card_again',
  'open-driver-manual': 'action_open_driver_manual',
} as const;

/** The one button that belongs to a finding. */
export function FindingAction({ check, send, main }: { check: Check; send: Send; main: boolean }) {
  const action: CheckAction | undefined = wordsForReason(check.reason).action;
  return action ? <ActionButton action={action} send={send} main={main} /> : null;
}

export function ActionButton({ action, send, main }: { action: CheckAction; send: Send; main: boolean }) {
  const kind = main ? 'main' : 'other';
  switch (action) {
    case 'check-again':
    case 'read-card-again':
    case 'open-driver-manual':
      return (
        <Button action={action} kind={kind} onPress={() => send({ type: action })}>
          {word(actionWords[action])}
        </Button>
      );
    case 'allow-site-access':
      return (
        <Button action={action} kind={kind} onPress={() => void allowSiteAccess(send)}>
          {word('action_allow_site_access')}
        </Button>
      );
    case 'open-card-tool':
    case 'open-services':
    case 'open-device-manager':
    case 'open-certificate-manager':
    case 'start-smart-card-service':
      return <HostActionButton action={action} send={send} main={main} />;
    case 'close-browser':
      return <CloseBrowser send={send} main={main} />;
  }
}

/** Has to be asked for in the click itself. */
async function allowSiteAccess(send: Send): Promise<void> {
  await browser.permissions.request({ origins: siteOrigins });
  send({ type: 'site-access-changed' });
}
