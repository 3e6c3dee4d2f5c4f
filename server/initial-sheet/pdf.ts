import { readFile } from 'node:fs/promises';
import PDFDocument from 'pdfkit';
import QRCode from 'qrcode';
import { clockTime } from '../pages/language.ts';
import { platformName } from '../pages/layout.ts';
import { printedPassword } from './password.ts';
import type { PrintedSheet } from './store.ts';

export interface SheetPaper {
  /** File of a font with Japanese letters, and its name inside a collection. */
  font: string;
  fontName: string;
  /** What the QR code says. */
  addressOf(sheet: PrintedSheet): string;
}

/** Points (1/72 inch): A4 is 595 by 842. */
const margin = 56;
const qrSize = 190;

/** The sheets as they go to the printer: A4, one page for each person. */
export async function sheetsPdf(sheets: readonly PrintedSheet[], paper: SheetPaper): Promise<Buffer> {
  const document = new PDFDocument({
    size: 'A4',
    margin,
    autoFirstPage: false,
    lang: 'ja-JP',
    displayTitle: true,
    info: { Title: 'HPKIセカンド電子証明書 初期登録用QR', Author: platformName.ja },
  });
  const chunks: Buffer[] = [];
  document.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve, reject) => {
    document.on('end', resolve);
    document.on('error', reject);
  });
  document.font(await fontIn(paper.font), paper.fontName);
  for (const sheet of sheets) {
    document.addPage();
    drawSheet(document, sheet, paper.addressOf(sheet));
  }
  document.end();
  await ended;
  return Buffer.concat(chunks.map((chunk) => new Uint8Array(chunk)));
}

const fonts = new Map<string, Promise<Buffer>>();

/** A font file, read once: one with Japanese letters has some 20 MB, and nobody else is served while they are read. */
async function fontIn(file: string): Promise<Buffer> {
  const font = fonts.get(file) ?? readFile(file);
  fonts.set(file, font);
  try {
    return await font;
  } catch (error) {
    fonts.delete(file);
    throw error;
  }
}

type Document = InstanceType<typeof PDFDocument>;

const steps = [
  '1. スマートフォンの「カメラ」アプリで、下のQRコードを読み取ります。（iPhoneはSafari、AndroidはChromeで開きます。）',
  '2. 表示された画面に、この用紙のパスワードを入力します。',
  '3. 表示された本人IDがご自身のものであることを確認し、「ログイン」「登録」の順にタップして、指紋・顔などの生体認証を行います。',
];

const remarks = [
  'パスワードを5回間違えると、このQRコードは使えなくなります。',
  '有効期限が切れた場合や、使えなくなった場合は、ICカードリーダーのあるPCで「登録方法2」（HPKIカードを使ってスマートフォンを登録する）からご登録ください。有効期限を過ぎても、セカンド電子証明書の登録・利用は可能です。',
  'この用紙は、スマートフォンの登録が終わるまで、ほかの人の目に触れないように保管してください。登録が終わると、QRコードは使えなくなります。',
];

function drawSheet(document: Document, sheet: PrintedSheet, address: string): void {
  const width = document.page.width - 2 * margin;
  document.fontSize(10).fillColor('#444444').text(platformName.ja, margin, margin, { width });
  document.fontSize(20).fillColor('#000000').text('HPKIセカンド電子証明書', { width });
  document.fontSize(24).text('初期登録用QR', { width }).moveDown(0.5);
  document.fontSize(11);
  for (const step of steps) document.text(step, { width, lineGap: 3 }).moveDown(0.3);

  const top = document.y + 18;
  drawQrCode(document, address, margin, top);
  const beside = margin + qrSize + 28;
  const field = (label: string, value: string, y: number, size: number) => {
    document.fontSize(10).fillColor('#444444').text(label, beside, y);
    document
      .fontSize(size)
      .fillColor('#000000')
      .text(value, beside, y + 14);
  };
  field('本人ID（Username）', sheet.username, top + 6, 18);
  field('パスワード', printedPassword(sheet.password), top + 66, 26);
  field('QRコードの有効期限', clockTime(sheet.expiresAt, 'ja'), top + 136, 15);

  document.fontSize(11).text('ご注意', margin, top + qrSize + 28, { width });
  for (const remark of remarks) document.text(`・${remark}`, { width, lineGap: 3, indent: 0 });
  document
    .fontSize(9)
    .fillColor('#444444')
    .text(`発行日時：${clockTime(sheet.issuedAt, 'ja')}`, margin, document.page.height - margin - 28, {
      width,
    });
}

/** Vector squares, with the quiet zone of four modules (ISO/IEC 18004). Level Q: paper gets folded. */
function drawQrCode(document: Document, address: string, left: number, top: number): void {
  const { modules } = QRCode.create(address, { errorCorrectionLevel: 'Q' });
  const unit = qrSize / (modules.size + 8);
  document.save().fillColor('#000000');
  for (let row = 0; row < modules.size; row += 1) {
    for (let column = 0; column < modules.size; column += 1) {
      if (!modules.get(row, column)) continue;
      document.rect(left + (column + 4) * unit, top + (row + 4) * unit, unit, unit);
    }
  }
  document.fill().restore();
}
