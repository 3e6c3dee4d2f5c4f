import QRCode from 'qrcode';
import { type Html, trustedMarkup } from '../pages/html.ts';

/**
 * The address in the QR code. The secret stands in the fragment: browsers never send it, so it reaches neither logs nor
 * referrers, and a preview of the link uses nothing up.
 */
export function phoneAddress(portalOrigin: string, secret: string): string {
  return `${portalOrigin}/phone#${secret}`;
}

/** An SVG with a quiet zone of four modules (ISO/IEC 18004). Level M: screens are clean, but phones are held askew. */
export async function qrCodeSvg(address: string): Promise<Html> {
  return trustedMarkup(await QRCode.toString(address, { type: 'svg', errorCorrectionLevel: 'M', margin: 4 }));
}
