import { word } from '../words.ts';
import { Fold } from './prepare-view.tsx';

/** Manual (2), method 1: who needs no reader at all, and who comes back here. Open where a reader is what is missing. */
export function InitialQr({ open }: { open: boolean }) {
  return (
    <Fold title={word('initialQrTitle')} open={open} name="initial-qr">
      <ul class="plain">
        <li>{word('initialQrValid')}</li>
        <li>{word('initialQrOver')}</li>
        <li>{word('initialQrNone')}</li>
      </ul>
    </Fold>
  );
}
