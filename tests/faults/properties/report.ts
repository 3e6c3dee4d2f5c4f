import fc from 'fast-check';
import { readReport } from '../../../common/report/read.ts';
import { largestReport, reportFormat, reportVersion } from '../../../common/report/schema.ts';
import { beginMark, endMark } from '../../../common/report/text-marks.ts';
import { must, type Property, property } from './property.ts';

const marks = fc.constantFrom(
  beginMark,
  endMark,
  '> ',
  '>> ',
  '\n',
  '\r\n',
  '\uFEFF',
  '\u00A0',
  '{',
  '}',
  '"',
);
const headed = fc
  .tuple(fc.jsonValue({ maxDepth: 3 }), fc.oneof(fc.constant(reportVersion), fc.integer()))
  .map(([rest, version]) =>
    JSON.stringify({
      ...(typeof rest === 'object' && !Array.isArray(rest) ? rest : { rest }),
      format: reportFormat,
      version,
    }),
  );
const text = fc
  .array(fc.oneof(marks, headed, fc.string({ unit: 'grapheme', maxLength: 40 })), { maxLength: 12 })
  .map((parts) => parts.join(''));

export const reportProperties: readonly Property[] = [
  property('report reader: any text, with and without its marks', 3, fc.oneof(text, headed), (value) => {
    const read = readReport(value);
    if (read.outcome === 'newer') must(read.version > reportVersion, 'a version that is not newer');
    // What is not a whole report is never taken for one.
    must(read.outcome !== 'report', 'made-up text was taken for a report');
    must(value.length <= largestReport, 'longer than what is read');
  }),
];
