import * as v from 'valibot';
import { browser } from '../platform/browser.ts';
import type { ReportSecret } from './collect.ts';

/**
 * The host keeps one secret for each user of a PC; the extension has a copy from the first report that was made with
 * the host there, so that a report on a host that hangs or is gone has the same tokens. Until then it has one of its
 * own, and offers it to a host that has none yet. In storage.local, which no page reaches; never in a report.
 */

const storedSchema = v.object({
  secret: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  keptBy: v.picklist(['host', 'extension']),
});
type Stored = v.InferOutput<typeof storedSchema>;

/** Made at the first report. */
export async function storedReportSecret(): Promise<ReportSecret> {
  const { secret, keptBy } = await stored();
  const octets = Uint8Array.from(secret.match(/../g) ?? [], (octet) => Number.parseInt(octet, 16));
  return { octets, keptBy };
}

/** From now on the host's, where it gives one. `ask` offers it what the extension has. */
export async function shareReportSecret(ask: (offered: string) => Promise<string | null>): Promise<void> {
  const own = await stored();
  const secret = await ask(own.secret);
  if (secret !== null && (secret !== own.secret || own.keptBy !== 'host')) {
    await store({ secret, keptBy: 'host' });
  }
}

/** Calls back when the secret has become another one, or the host's. */
export function onReportSecret(changed: () => void): void {
  browser.storage.local.onChanged.addListener((changes) => {
    if ('reportSecret' in changes) changed();
  });
}

async function stored(): Promise<Stored> {
  const { reportSecret } = await browser.storage.local.get('reportSecret');
  const parsed = v.safeParse(storedSchema, reportSecret);
  if (parsed.success) return parsed.output;
  const secret = Array.from(crypto.getRandomValues(new Uint8Array(32)), (octet) =>
    octet.toString(16).padStart(2, '0'),
  ).join('');
  const fresh: Stored = { secret, keptBy: 'extension' };
  await store(fresh);
  return fresh;
}

async function store(reportSecret: Stored): Promise<void> {
  await browser.storage.local.set({ reportSecret });
}
