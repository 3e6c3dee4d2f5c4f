/** A card's pace, as the lab's reader keeps it: milliseconds for each APDU and for each octet in either direction. */
export interface CardPace {
  id: 'instant' | 'contact' | 'contactless';
  title: string;
  profile: 'pharmacist' | 'pharmacist-contactless';
  perApdu: number;
  perByte: number;
  source: string;
}

/** The card's own work on a SELECT or a READ BINARY. An assumption: no trace of a real HPKI card with times is public. */
const processing = 10;

/**
 * Contact: the card's answer to reset 3BF413000081 31FE45… says TA1 = 13 (Fi 372, Di 4: 93 clock cycles an etu) and
 * TC1 = 00 (12 etu a character; ISO/IEC 7816-3). Readers go to the bit rate of TA1 and run at about 4 MHz (SpringCard's
 * SpringCore documentation, "Smart cards"; the usual default clock of CCID readers). A T=1 block has four octets of its
 * own in each direction.
 */
const contactOctet = (12 * 93) / 4_000;

/**
 * Contactless, ISO/IEC 14443 Type B at 106 kbit/s, the rate every reader can do (the card offers more: ATQB protocol
 * info F7): 128/fc an etu, 10 etu a character, no extra guard time. A block has a PCB and two octets of CRC each way,
 * a start and an end of frame of about 24 etu, and TR0 + TR1 before the answer.
 */
const etuB = 128 / 13_560;
const contactlessOctet = 10 * etuB;

export const cardPaces: readonly CardPace[] = [
  {
    id: 'instant',
    title: 'no card time',
    profile: 'pharmacist',
    perApdu: 0,
    perByte: 0,
    source: 'the virtual card answers at once: what is left is software',
  },
  {
    id: 'contact',
    title: 'contact T=1',
    profile: 'pharmacist',
    perApdu: processing + 8 * contactOctet,
    perByte: contactOctet,
    source:
      'ISO/IEC 7816-3 with TA1=13, TC1=00 of the card’s ATR at 4 MHz; 10 ms of card processing an APDU assumed',
  },
  {
    id: 'contactless',
    title: 'contactless Type B',
    profile: 'pharmacist-contactless',
    perApdu: processing + 6 * contactlessOctet + 48 * etuB + 0.2,
    perByte: contactlessOctet,
    source: 'ISO/IEC 14443-2/-3/-4 Type B at 106 kbit/s; 10 ms of card processing an APDU assumed',
  },
];

/** Milliseconds the card alone needs for these exchanges. */
export function cardTime({ perApdu, perByte }: CardPace, apdus: number, bytes: number): number {
  return apdus * perApdu + bytes * perByte;
}
