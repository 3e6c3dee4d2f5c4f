import * as v from 'valibot';
import { beforeAll, describe, expect, it } from 'vitest';
import { certificateStoreFacts, type Observation, observationSchema } from '../../common/protocol/index.ts';
import { virtualReaderKind } from '../../common/readers/index.ts';
import { readReport } from '../../common/report/read.ts';
import {
  factFields,
  leftOut,
  observationFields,
  situationFields,
} from '../../common/report/redact/fields.ts';
import { classes, redactObservation, withTokens } from '../../common/report/redact/index.ts';
import { type Report, reportedSituation } from '../../common/report/schema.ts';
import { decodeSupportCode } from '../../common/report/support-code/code.ts';
import { reportText } from '../../common/report/text.ts';
import { type Collected, composeReport } from '../../extension/report/compose.ts';
import { entriesBetween } from '../../extension/timeline/changes.ts';
import { disguises, findSecret } from './report-secrets.ts';
import {
  acr,
  at,
  card,
  certificate,
  collected,
  now,
  reader,
  situation,
  timelineOf,
} from './report-situations.ts';

/** Planted where each could come from. */
const secrets = {
  latinName: 'YAKUZAISHI Hanako',
  kanjiName: '薬師寺花子',
  kanaName: 'ヤクシジ ハナコ',
  registrationNumber: '739164-jpa',
  bareNumber: '739164',
  certificateSerial: '5D7C91E3A0',
  fingerprint: 'c0ffee5eedc0ffee5eedc0ffee5eedc0ffee5eedc0ffee5eedc0ffee5eedbeef',
  readerSerial: 'RR7Q20394857',
  digitsSerial: '0029384756',
  userName: 'h.yakushiji',
  japaneseUser: '薬局受付',
  pcName: 'MARUMARU-PC04',
  qrUrl: 'https://2nds.medis.or.jp/m/Zk3mQ9xTicketPath',
  ticket: 'Zk3mQ9xTicketPath',
  pin: '8261537094618253',
  cookie: 'sid-9f8e7d6c5b4a',
  container: 'le-kc-7b1f2e90',
  salt: 'ab12ab12cd34cd34ef56ef56',
  processId: '739911',
};

const made = { at, ms: 3, how: `C:\\Users\\${secrets.userName}\\AppData\\probe.ps1` };
const observed = (subject: string, facts: unknown) =>
  ({ ...made, subject, result: { outcome: 'observed', facts } }) as Observation;
const serialReader = `ACS ACR39U ICC Reader [${secrets.readerSerial}] (${secrets.digitsSerial}) 00 00`;
const evilText = Object.values(secrets).join(' ');

/** A PC on which everything personal is, in every field that a host can fill. */
function planted(): Collected {
  const seen = [
    observed('driver-reader', {
      candidates: [{ place: `HKCU\\Software\\${secrets.userName}`, value: serialReader, confidence: 'low' }],
      formerReaders: [serialReader, secrets.kanjiName],
    }),
    observed('certificate-store', {
      store: 'windows-my',
      certificates: [
        {
          fingerprint: secrets.fingerprint,
          issuer: `CN=${secrets.latinName}`,
          serialNumber: secrets.certificateSerial,
          notAfter: at,
          privateKey: true,
          provider: `HPKI Cryptographic Service Provider ${secrets.userName}`,
          container: secrets.container,
        },
      ],
      others: 2,
      modules: [{ name: secrets.userName, database: `/home/${secrets.userName}/.pki/nssdb`, present: true }],
    }),
    observed('card-holders', {
      candidates: [
        { name: `${secrets.kanjiName}.exe`, processes: 1 },
        { name: `C:\\Users\\${secrets.userName}\\tool.exe`, processes: 1 },
        { name: `tool-${secrets.bareNumber}.exe`, processes: 1 },
      ],
      unseen: 1,
    }),
    observed('usb-readers', {
      devices: [
        {
          vendor: '072f',
          product: '9000',
          name: serialReader,
          by: 'class',
          driver: secrets.pcName,
          problem: 28,
          how: made.how,
        },
      ],
    }),
    observed('policies', {
      policies: [
        {
          browser: 'edge',
          scope: 'user',
          name: 'AutoSelectCertificateForUrls',
          values: [
            `{"pattern":"https://2nds.medis.or.jp","filter":{"SUBJECT":{"CN":"${secrets.latinName}"}}}`,
            evilText,
          ],
          how: made.how,
        },
      ],
    }),
    observed('site-certificate', {
      host: `${secrets.pcName}.local`,
      subject: {
        commonName: secrets.pcName,
        serialNumber: secrets.certificateSerial,
        organization: secrets.kanjiName,
      },
      issuer: { commonName: `ESET SSL Filter CA ${secrets.userName}` },
      root: { commonName: secrets.japaneseUser },
      publiclyTrusted: false,
    }),
    {
      ...made,
      subject: 'browser-session',
      result: { outcome: 'unknown', reason: 'failed', detail: evilText },
    } as Observation,
  ];
  const person = card({
    reader: serialReader,
    atr: `3B9F11FF00${Buffer.from(secrets.readerSerial).toString('hex').toUpperCase()}`.slice(0, 40),
    certificate: certificate({
      subject: {
        commonName: `${secrets.latinName} ${secrets.kanjiName}`,
        serialNumber: secrets.registrationNumber,
        organization: secrets.kanaName,
      },
      issuer: { commonName: `${secrets.kanjiName} HPKI-01-${secrets.bareNumber}-${secrets.userName}` },
      serialNumber: secrets.certificateSerial,
      fingerprint: secrets.fingerprint,
      hcRoles: [secrets.latinName],
      keyUsage: [secrets.kanaName],
      policies: [`1.2.392.${secrets.pin}`, secrets.ticket],
    }),
  });
  return collected({
    situation: situation(
      {
        browser: {
          name: `Edge ${secrets.userName}`,
          family: 'edge',
          siteAccess: true,
          extensionVersion: '0.1.0',
        },
        site: { state: 'failed', host: `${secrets.userName}.example`, online: true, redirected: true },
        login: { card: secrets.salt, browserStartedAt: at, thisSession: true },
        cardToken: secrets.salt,
      },
      {
        readers: [{ ...reader(serialReader), atr: '3B9F11FF0052523751323033393438353700' }],
        cards: [person],
        modules: [
          {
            kind: 'pkcs11',
            family: 'hpki',
            name: `${secrets.userName} driver`,
            path: `C:\\Users\\${secrets.userName}\\AppData\\Local\\${secrets.japaneseUser}\\HpkiAuthP11_MPKCS11H.dll`,
            version: secrets.pin,
            how: made.how,
            present: true,
          },
        ],
        more: seen,
      },
    ),
    error: {
      id: 'access-denied',
      data: {
        netError: `ERR_X ${secrets.qrUrl}`,
        url: secrets.qrUrl,
        cookie: secrets.cookie,
        username: secrets.registrationNumber,
      },
    },
    timeline: timelineOf({
      at: now - 5000,
      type: 'error',
      error: 'access-denied',
      netError: 'ERR_EMPTY_RESPONSE',
    }),
  });
}

let report: Report;
let outputs: Record<string, string>;

beforeAll(async () => {
  report = await composeReport(planted(), new Uint8Array(32).fill(9), () => 5);
  outputs = {
    json: JSON.stringify(report),
    'text, ja': reportText(report, 'ja'),
    'text, en': reportText(report, 'en'),
    'support code': report.supportCode,
  };
});

describe('what a report holds of planted secrets', () => {
  it.each(Object.entries(secrets))('%s: nothing, in any form', (_, secret) => {
    for (const [name, output] of Object.entries(outputs))
      expect(findSecret(output, secret), name).toEqual([]);
  });

  it('is not found for want of looking: each disguise of each secret would be found', () => {
    for (const secret of Object.values(secrets)) {
      const forms = disguises(secret);
      expect(forms.length).toBeGreaterThan(12);
      for (const { how, text } of forms) {
        const output = `${outputs['json']}${text}${outputs['json']}`;
        expect(findSecret(output, secret), `${secret} ${how}`).toContain(how);
      }
      for (const alignment of ['', 'x', 'xy', 'xyz']) {
        const hidden = Buffer.from(`${alignment}${secret}`).toString('base64');
        expect(
          findSecret(`[${hidden}]`, secret).some((how) => how.includes('base64')),
          secret,
        ).toBe(true);
      }
    }
  });

  it('is found in the situation itself: they were really there', () => {
    const raw = JSON.stringify(planted());
    for (const [name, secret] of Object.entries(secrets)) {
      if (name === 'processId') continue;
      expect(findSecret(raw, secret), name).not.toEqual([]);
    }
  });

  it('is still a report that can be read and judged', () => {
    expect(readReport(outputs['json'] ?? '')).toEqual({ outcome: 'report', report });
    expect(decodeSupportCode(report.supportCode).outcome).toBe('code');
    expect(report.facts?.situation.observations.list.map(({ subject }) => subject)).toContain(
      'certificate-store',
    );
  });
});

describe('tokens', () => {
  const compose = (fill: number) => composeReport(planted(), new Uint8Array(32).fill(fill), () => 5);

  it('are the same for the same value, within a report and across reports of one PC', async () => {
    const { facts } = await compose(9);
    expect(facts).toEqual(report.facts);
    const [seen] = facts?.situation.observations.cards ?? [];
    const store = facts?.situation.observations.list.find(({ subject }) => subject === 'certificate-store');
    const text = JSON.stringify(store);
    if (seen?.certificate?.form !== 'read') throw new Error('no certificate');
    expect(text).toContain(seen.certificate.profile.fingerprint);
    expect(text).toContain(seen.certificate.profile.serialNumber);
    expect(facts?.situation.cardToken).toBe(facts?.situation.login?.card);
  });

  it('are others on another PC', async () => {
    const other = await compose(8);
    expect(other.installation).not.toBe(report.installation);
    const [a, b] = [report, other].map((it) => JSON.stringify(it.facts?.situation.observations.cards));
    expect(a).not.toBe(b);
  });

  it('leave what says which product it is', () => {
    const names = JSON.stringify(report.machine);
    expect(names).toContain('ACS ACR39U ICC Reader [#');
    expect(names).toMatch(/00 00 \[present\]/);
    const text = JSON.stringify(report.facts);
    expect(text).toContain('HpkiAuthP11_MPKCS11H.dll');
    expect(text).toContain('C:\\\\Users\\\\#');
    expect(text).toContain('ESET SSL Filter CA #');
  });

  it('leave reader names that the rules know by name', async () => {
    const names = [
      acr,
      'Windows Hello for Business 1',
      'Microsoft Virtual Smart Card 0',
      'Microsoft UICC ISO Reader 1',
      'Yubico YubiKey OTP+FIDO+CCID 00 00',
      'Citrix Smart Card Reader 0',
      'Remote Reader',
    ];
    const readers = names.map((name) => reader(name, 'empty'));
    const made = await composeReport(
      collected({ situation: situation({}, { readers, cards: [] }) }),
      new Uint8Array(32),
      () => 1,
    );
    const list = made.facts?.situation.observations.list.find(({ subject }) => subject === 'readers');
    if (list?.subject !== 'readers' || list.result.outcome !== 'observed') throw new Error('no readers');
    expect(list.result.facts.readers.map(({ name }) => virtualReaderKind(name))).toEqual(
      names.map(virtualReaderKind),
    );
  });
});

describe('the allow list', () => {
  const fieldsOf = (subject: string) =>
    factFields[subject as keyof typeof factFields] as Record<string, string>;
  const withoutClass = (subject: string, facts: v.GenericSchema) =>
    leaves(facts).filter((path) => !(path in fieldsOf(subject)) && !leftOut.includes(`${subject}: ${path}`));
  const subjects = observationSchema.options.map(({ entries }) => ({
    subject: entries.subject.literal as string,
    facts: entries.result.options[0].entries.facts as v.GenericSchema,
  }));

  it('has a class for every field a host can send, or says that it stays behind; and for no other', () => {
    expect(subjects.map(({ subject }) => subject).sort()).toEqual(Object.keys(factFields).sort());
    for (const { subject, facts } of subjects) {
      expect(withoutClass(subject, facts), subject).toEqual([]);
      const known = leaves(facts);
      expect(
        Object.keys(fieldsOf(subject)).filter((path) => !known.includes(path)),
        subject,
      ).toEqual([]);
    }
    const around = leaves(observationSchema).filter((path) => !path.startsWith('result.facts.'));
    const kept = around.filter((path) => !leftOut.includes(`observations: ${path}`));
    expect(Object.keys(observationFields).sort()).toEqual(kept.sort());
    const { observations: _, ...rest } = reportedSituation.entries;
    expect(leaves(v.object(rest)).sort()).toEqual(Object.keys(situationFields).sort());
  });

  it('would find a field that was added without a class, wherever it is', () => {
    const added = v.object({
      ...certificateStoreFacts.entries,
      owner: v.optional(v.string()),
      holders: v.pipe(v.array(v.object({ file: v.string(), ids: v.array(v.number()) })), v.maxLength(8)),
      anything: v.record(v.string(), v.string()),
    });
    expect(withoutClass('certificate-store', added)).toEqual([
      'owner',
      'holders[].file',
      'holders[].ids[]',
      'anything',
    ]);
  });

  it.each(subjects)(
    'lets through none of the texts of $subject that a host can make up',
    async ({ subject, facts }) => {
      const observation = {
        ...made,
        how: filled(v.string(), 'how') as string,
        subject,
        result: { outcome: 'observed', facts: filled(facts, subject) },
      } as Observation;
      expect(v.is(observationSchema, observation)).toBe(true);
      expect(JSON.stringify(observation)).toMatch(madeUp);
      const redacted = await withTokens(new Uint8Array(32).fill(4), (digest) =>
        redactObservation(observation, digest),
      );
      expect(JSON.stringify(redacted)).not.toMatch(madeUp);
    },
  );

  it('makes tokens of key containers, whatever they are called', async () => {
    const containers = ['{3F2504E0-4F89-11D3-9A0C-0305E82C3301}', 'le-YAKUZAISHI-739164', '薬師寺花子'];
    const redacted = await withTokens(new Uint8Array(32).fill(4), (digest) =>
      containers.map((name) =>
        classes[fieldsOf('certificate-store')['certificates[].container'] as 'opaque'](name, digest),
      ),
    );
    expect(new Set(redacted).size).toBe(3);
    for (const token of redacted) expect(token).toMatch(/^id#[0-9a-f]{10}$/);
  });

  it('names a program by its file, and leaves out where it lies', async () => {
    const programs = [
      'C:\\Users\\h.yakushiji\\Recept Computer\\Recepty NEXT.exe',
      '/opt/薬局/rececom',
      '739164738.exe',
      '花子.exe',
    ];
    const redacted = await withTokens(new Uint8Array(32).fill(4), (digest) =>
      programs.map((name) => classes.program(name, digest)),
    );
    expect(redacted).toEqual([
      'Recepty NEXT.exe',
      'rececom',
      expect.stringMatching(/^program#[0-9a-f]{10}$/),
      expect.stringMatching(/^program#[0-9a-f]{10}$/),
    ]);
  });

  it('keeps a subject that the schema then finds well formed', () => {
    for (const observation of report.facts?.situation.observations.list ?? []) {
      expect(v.is(observationSchema, observation), observation.subject).toBe(true);
    }
    expect(v.is(reportedSituation, report.facts?.situation)).toBe(true);
  });
});

describe('the timeline', () => {
  it('is written without anything personal, whatever the state holds', () => {
    const before = {
      situation: situation({ host: { state: 'connecting' } }, { readers: [], cards: [] }),
      journey: {
        phase: 'none',
        step: 'prepare',
        error: null,
        asked: null,
        unfamiliarPage: false,
        driftSigns: [],
      } as const,
    };
    const after = {
      situation: planted().situation,
      journey: {
        phase: 'error',
        step: 'card-auth',
        error: { id: 'access-denied', data: { netError: secrets.qrUrl, username: secrets.latinName } },
        asked: { control: 'card-auth', why: 'several' },
        driftSigns: ['menu', secrets.kanjiName],
        unfamiliarPage: true,
      } as const,
    };
    const entries = entriesBetween(before, after, new Map(), now);
    expect(entries.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['step', 'error', 'check', 'host', 'drift']),
    );
    for (const [name, secret] of Object.entries(secrets)) {
      expect(findSecret(JSON.stringify(entries), secret), name).toEqual([]);
    }
  });
});

/** Paths of all leaves of a schema, as in the allow list. */
function leaves(schema: v.GenericSchema, path = ''): string[] {
  const node = schema as unknown as {
    type: string;
    wrapped?: v.GenericSchema;
    item?: v.GenericSchema;
    entries?: Record<string, v.GenericSchema>;
    options?: v.GenericSchema[];
    pipe?: v.GenericSchema[];
  };
  if (node.wrapped) return leaves(node.wrapped, path);
  if (node.type === 'array' && node.item) return leaves(node.item, `${path}[]`);
  if (node.type === 'object' && node.entries) {
    return Object.entries(node.entries).flatMap(([key, item]) => leaves(item, path ? `${path}.${key}` : key));
  }
  if (node.type === 'variant') return [...new Set((node.options ?? []).flatMap((it) => leaves(it, path)))];
  return [path];
}

const madeUp = /hanakoyama|c0ffee|d00dfeed/i;

/** Facts of this form with something personal in every text that is free, and in every number that is an identity. */
function filled(schema: v.GenericSchema, path: string): unknown {
  const node = schema as unknown as {
    type: string;
    wrapped?: v.GenericSchema;
    item?: v.GenericSchema;
    literal?: unknown;
    entries?: Record<string, v.GenericSchema>;
    options?: (v.GenericSchema | string | number)[];
  };
  if (node.wrapped) return filled(node.wrapped, path);
  if (node.type === 'array' && node.item) return [filled(node.item, path)];
  if (node.type === 'object') {
    return Object.fromEntries(
      Object.entries(node.entries ?? {}).map(([key, item]) => [key, filled(item, `${path}.${key}`)]),
    );
  }
  if (node.type === 'variant') return filled(node.options?.[0] as v.GenericSchema, path);
  if (node.type === 'literal') return node.literal;
  if (node.type === 'picklist') return node.options?.[0];
  if (node.type === 'boolean') return true;
  if (node.type === 'number') return 3;
  // What a pattern allows: the first that fits.
  const candidates = [
    `C:\\Users\\Hanakoyama-${path}\\tool.exe`,
    at,
    'c0ffee5e'.repeat(8),
    path.toLowerCase().includes('atr') ? '3BF4' : 'D00DFEED',
    '9000',
    '88',
    '072f',
  ];
  const fitting = candidates.find((candidate) => v.is(schema, candidate));
  if (fitting === undefined) throw new Error(`no text fits ${path}`);
  return fitting;
}
