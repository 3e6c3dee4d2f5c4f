import type { FastifyReply, FastifyRequest } from 'fastify';
import { phoneSessionOf, phoneVisit, startPhoneSession } from '../phone/phone-session.ts';
import { stopPath } from '../phone/place.ts';
import type { Platform } from '../platform.ts';
import { type Sheet, type SheetStatus, sheetById, sheetStatusOf } from './store.ts';

export const passwordPath = '/phone/initial';

export function sheetPlaceOf(status: SheetStatus): string {
  switch (status) {
    case 'issued':
      return passwordPath;
    case 'expired':
      return stopPath('sheet-expired');
    case 'locked':
      return stopPath('sheet-locked');
    case 'used':
      return stopPath('sheet-used');
    case 'revoked':
      return stopPath('sheet-revoked');
  }
}

/** A phone that has opened a sheet's QR code and not yet typed the password. */
export interface SheetVisit {
  hash: string;
  sheet: Sheet;
  place: string;
}

export async function sheetVisit(
  platform: Platform,
  request: FastifyRequest,
): Promise<SheetVisit | undefined> {
  const session = await phoneSessionOf(platform, request);
  const sheet = session && (await sheetById(platform.database, session.subject));
  return sheet && { hash: session.hash, sheet, place: sheetPlaceOf(sheetStatusOf(sheet, platform.clock())) };
}

/** Gives a phone its cookie for a sheet. One that is in the middle of the registration with it goes on there. */
export async function beginSheetVisit(
  platform: Platform,
  request: FastifyRequest,
  reply: FastifyReply,
  sheet: Sheet,
): Promise<string> {
  const registration = await phoneVisit(platform, request);
  const begun = registration?.ticket.sheet_id === sheet.id;
  if (begun && registration.status !== 'expired' && registration.status !== 'cancelled')
    return registration.place;
  const present = await sheetVisit(platform, request);
  if (present?.sheet.id !== sheet.id) await startPhoneSession(platform, reply, sheet.id);
  return sheetPlaceOf(sheetStatusOf(sheet, platform.clock()));
}
