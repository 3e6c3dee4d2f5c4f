import * as v from 'valibot';
import type { CardLogin } from '../judge/index.ts';
import { browser } from '../platform/browser.ts';

/**
 * That a card login happened in this browser, kept until the browser process is known to be another one. On disk only
 * as a salted hash of the certificate's fingerprint: no name, no number.
 */
const stored = v.object({ card: v.string(), browserStartedAt: v.nullable(v.string()) });

export async function loadLogin(): Promise<CardLogin | null> {
  const [{ login }, { loginHere }] = await Promise.all([
    browser.storage.local.get('login'),
    browser.storage.session.get('loginHere'),
  ]);
  const parsed = v.safeParse(stored, login);
  return parsed.success ? { ...parsed.output, thisSession: loginHere === true } : null;
}

export async function rememberLogin(card: string, browserStartedAt: string | null): Promise<CardLogin> {
  await Promise.all([
    browser.storage.local.set({ login: { card, browserStartedAt } }),
    browser.storage.session.set({ loginHere: true }),
  ]);
  return { card, browserStartedAt, thisSession: true };
}

export async function forgetLogin(): Promise<void> {
  await browser.storage.local.remove('login');
}

/** The same card gives the same token on this PC, and none elsewhere. */
export async function cardToken(fingerprint: string): Promise<string> {
  const text = `${await salt()}:${fingerprint}`;
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return hexadecimal(new Uint8Array(digest).slice(0, 16));
}

async function salt(): Promise<string> {
  const { salt: known } = await browser.storage.local.get('salt');
  if (typeof known === 'string') return known;
  const fresh = hexadecimal(crypto.getRandomValues(new Uint8Array(16)));
  await browser.storage.local.set({ salt: fresh });
  return fresh;
}

function hexadecimal(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('');
}
