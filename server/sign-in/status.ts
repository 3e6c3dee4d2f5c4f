import type { SignInState, SignInsTable } from '../database/index.ts';
import { type Stop, stopPath } from '../phone/place.ts';

/** What a sign-in is at a moment: its state, with the clock taken into account. */
export type SignInStatus = SignInState | 'expired';

export function signInStatusOf(
  { state, expires_at }: Pick<SignInsTable, 'state' | 'expires_at'>,
  now: number,
): SignInStatus {
  if (state === 'taken' || state === 'cancelled') return state;
  return now < expires_at ? state : 'expired';
}

/** Whether the PC has nothing more to wait for. */
export function isSignInFinal(status: SignInStatus): boolean {
  return status === 'done' || status === 'taken' || status === 'expired' || status === 'cancelled';
}

export const signInPlaces = {
  number: '/phone/sign-in/number',
  signIn: '/phone/sign-in',
  done: '/phone/sign-in/done',
} as const;

/** The one page on which a phone belongs that has opened the QR code; as in phone/place.ts. */
export function signInPlaceOf(
  status: SignInStatus,
  purpose: SignInsTable['purpose'],
  phone: 'mine' | 'other' | 'none',
): string {
  const stop = (name: Stop) => stopPath(name);
  switch (status) {
    case 'waiting':
    case 'opened':
      // A trial lets nobody in anywhere: no number is needed.
      return purpose === 'trial' ? signInPlaces.signIn : signInPlaces.number;
    case 'confirmed':
      return phone === 'mine' ? signInPlaces.signIn : stop('sign-in-used');
    case 'done':
    case 'taken':
      return phone === 'mine' ? signInPlaces.done : stop('sign-in-used');
    case 'expired':
      return stop('sign-in-expired');
    case 'cancelled':
      return stop('sign-in-cancelled');
  }
}
