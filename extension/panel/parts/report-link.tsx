import { openReport } from '../../report/open.ts';
import { word } from '../words.ts';
import { Button } from './button.tsx';

/** The one button to what support needs. */
export function ReportLink() {
  return (
    <footer class="leave">
      <Button action="open-report" kind="quiet" onPress={() => void openReport()}>
        {word('openReport')}
      </Button>
    </footer>
  );
}
