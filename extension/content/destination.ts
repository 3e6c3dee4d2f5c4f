import { isPermittedUrl } from '../../common/sites.ts';

/** Where a press would lead, as far as the page says it. */
export type Destination =
  | 'listed' // to a listed host, or nowhere but to the page's own script
  | 'elsewhere'
  | 'unseen'; // a script in the address: it may go anywhere

/** Of a link, or of the form that the control sends. */
export function destinationOf(element: Element): Destination {
  const labelled = element instanceof HTMLLabelElement ? element.control : null;
  if (labelled) return destinationOf(labelled);
  const addresses = [linkAddress(element), formAddress(element)].filter((address) => address !== null);
  const all = addresses.map((address) => destinationOfAddress(address, element.baseURI));
  return all.find((destination) => destination !== 'listed') ?? 'listed';
}

function linkAddress(element: Element): string | null {
  const link = element.closest('a, area');
  return link?.getAttribute('href') ?? link?.getAttributeNS('http://www.w3.org/1999/xlink', 'href') ?? null;
}

/** By attributes: a field named `action` takes the place of the form's property. */
function formAddress(element: Element): string | null {
  const sends = element.closest('button, input');
  if (!(sends instanceof HTMLButtonElement || sends instanceof HTMLInputElement) || !sends.form) return null;
  if (sends.type !== 'submit' && sends.type !== 'image') return null;
  return sends.getAttribute('formaction') ?? sends.form.getAttribute('action') ?? '';
}

/** What pages of old write where a link does nothing by itself. */
const placeholder = /^javascript:(?:\s*|\s*void\s*\(?\s*0\s*\)?\s*|\s*(?:undefined|false|null)\s*);?\s*$/i;

function destinationOfAddress(address: string, base: string): Destination {
  if (address === '') return 'listed';
  if (!URL.canParse(address, base)) return 'elsewhere';
  const { protocol, href } = new URL(address, base);
  if (protocol === 'javascript:') return placeholder.test(decoded(href)) ? 'listed' : 'unseen';
  return isPermittedUrl(href) ? 'listed' : 'elsewhere';
}

function decoded(address: string): string {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}
