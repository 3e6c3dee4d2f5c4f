import fc from 'fast-check';
import * as v from 'valibot';
import { CertificateFormatError, readCertificateProfile } from '../../../common/certificate/index.ts';
import { cardFacts } from '../../../common/protocol/observations.ts';
import {
  parseCertificateFile,
  parseObjectDirectory,
  parsePasswordReferences,
} from '../../../native-host/card/directory.ts';
import { FakePort } from '../../../native-host/card/fakes/fake-port.ts';
import { readCard } from '../../../native-host/card/read-card.ts';
import { readProfile } from '../../../native-host/card/read-profile.ts';
import { parseTlvs, tlvsComplete } from '../../../native-host/card/tlv.ts';
import { makeCard } from '../../lab/card/profiles.ts';
import type { TestPki } from '../../lab/pki/index.ts';
import { must, mutated, type Property, property } from './property.ts';

const octets = fc.uint8Array({ maxLength: 300 });
/** Tags, lengths and padding more often than chance would have them. */
const tlvLike = fc
  .array(
    fc.oneof(
      fc.constantFrom(0x30, 0xa1, 0xa4, 0xa8, 0x04, 0x80, 0x81, 0x82, 0x00, 0xff, 0x5f, 0x1f),
      fc.integer({ min: 0, max: 255 }),
    ),
    { maxLength: 120 },
  )
  .map((values) => Uint8Array.from(values));

const reader = 'Reader 00 00';
const atr = Buffer.from('3BF41300008131FE45004E0000A2', 'hex');

/** Reads a card that answers as it is told to, and holds what was sent to it against the promises. */
async function readHostile(answer: (command: Uint8Array) => Uint8Array): Promise<void> {
  const port = new FakePort([reader]);
  port.insert({ reset: () => new Uint8Array(atr), transmit: answer }, reader);
  const facts = await readCard({
    port,
    reader,
    insertion: 1,
    readProfile: async (der) => readProfile(der),
    calledOff: new AbortController().signal,
    transactionMs: 1000,
  });
  v.parse(cardFacts, facts); // or the extension would not take it
  must(facts.apdus <= 96, 'more APDUs than the limit');
  must(port.open === 0, 'a connection was left open');
  for (const command of port.sent) {
    must(/^00(?:A4|B0|20|C0)/i.test(command), `a command of another kind: ${command}`);
    must(!/^0020/.test(command) || command.length === 8, `a VERIFY with data: ${command}`);
  }
}

export function cardProperties(pki: TestPki): readonly Property[] {
  const certificates = Object.values(pki.persons).flatMap(({ authentication, signature }) =>
    [authentication, signature].flatMap((issued) => (issued ? [issued.certificate.der] : [])),
  );
  return [
    property('TLV: any octets, and what is like TLVs', 6, fc.oneof(octets, tlvLike), (value) => {
      const total = parseTlvs(value).reduce((sum, object) => sum + object.value.length, 0);
      must(total <= value.length, 'values longer than what was given');
      tlvsComplete(value);
      parseObjectDirectory(value);
      parseCertificateFile(value);
      for (const reference of parsePasswordReferences(value))
        must(reference > 0 && reference < 256, 'a reference of one octet');
    }),
    property('certificate: true ones, changed', 1, mutated(certificates), (der) => {
      try {
        readCertificateProfile(der);
      } catch (error) {
        must(error instanceof CertificateFormatError, `threw ${String(error)}`);
      }
      v.parse(cardFacts.entries.certificate, readProfile(der)); // or the extension would not take it
    }),
    property('certificate: any octets', 2, octets, (der) => {
      must(readProfile(der).form === 'malformed', 'octets taken for a certificate');
    }),
    property(
      'reading a card that answers anything',
      1,
      fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 20 }),
      (answers) => {
        let turn = 0;
        return readHostile(() => answers[turn++ % answers.length] ?? new Uint8Array());
      },
    ),
    property(
      'reading a true card with some answers changed',
      1,
      fc.array(
        fc.option(mutated([Uint8Array.of(0x90, 0x00), Uint8Array.of(0x30, 0x82, 0x05, 0x10, 0x90, 0x00)]), {
          freq: 3,
        }),
        {
          minLength: 1,
          maxLength: 20,
        },
      ),
      (changes) => {
        const card = makeCard(pki, 'pharmacist');
        card.reset();
        let turn = 0;
        return readHostile((command) => changes[turn++ % changes.length] ?? card.transmit(command));
      },
    ),
  ];
}
