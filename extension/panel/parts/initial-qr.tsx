import { word } from '../words.ts';
import { Fold } from './prepare-view.tsx';

/** Manual (2), method 1: who needs no reader at all, and who comes back here. */
export function InitialQr() {
  return (
    <Fold title={word('initialQrTitle')} name="initial-qr">
      <ul class="plain">
        <li>{word('initialQrValid')}</li>
        <li>{word('initialQrOver')}</li>
        <li>{word('initialQrNone')}</li>
      </ul>
    </Fold>
  );
}
