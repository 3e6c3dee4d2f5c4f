import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as jsqr from 'jsqr';
import { PNG } from 'pngjs';

const run = promisify(execFile);

/** What is on one printed page. */
export interface Paper {
  text: string;
  address: string;
  password: string;
}

/**
 * Reads printed sheets as their owners would: letters and QR code off the rendered pages.
 * @param pdf as an answer's body, one octet a character
 * @param directory for the files in between
 */
export async function readPapers(pdf: string, directory: string): Promise<Paper[]> {
  const file = join(directory, 'sheets.pdf');
  await writeFile(file, Buffer.from(pdf, 'latin1'));
  const { stdout } = await run('pdftotext', ['-layout', file, '-']);
  const pages = stdout.split('\f').slice(0, -1);
  return await Promise.all(
    pages.map(async (text, index) => {
      const page = String(index + 1);
      const image = join(directory, `page-${page}`);
      await run('pdftoppm', [
        '-r',
        '72',
        '-gray',
        '-png',
        '-singlefile',
        '-f',
        page,
        '-l',
        page,
        file,
        image,
      ]);
      const { data, width, height } = PNG.sync.read(await readFile(`${image}.png`));
      const address = jsqr.default(new Uint8ClampedArray(data), width, height)?.data ?? '';
      return { text, address, password: /[A-Z0-9]{4}-[A-Z0-9]{4}/.exec(text)?.[0] ?? '' };
    }),
  );
}
