import { beforeAll, describe, expect, it } from 'vitest';
import { usernameFromSubjectSerialNumber } from '../../common/certificate/username.ts';
import type { Inspection } from './inspect.ts';
import { redacted } from './record.ts';
import { mayBeRecorded } from './recorded-words.ts';

const at = '2026-11-23T04:00:00.000Z';
const made = { at, ms: 1, how: 'recorded' };
/** Synthetic: three historical bytes, of which the driver registered the first two. */
const atr = '3B0311F4AA';
const calais = { atr: '3B0311F400', atrMask: 'FFFFFFFF00' };
const environment = { USERNAME: '薬剤 太郎', COMPUTERNAME: 'PHARMACY-PC7', USERDOMAIN: 'private' };

const inspection: Inspection = {
  format: 'hpki-navi-inspection',
  version: 1,
  hostVersion: '0.1.0',
  platform: 'win32',
  node: 'v24.21.0',
  backend: 'koffi',
  at,
  exitCode: 0,
  observations: [
    {
      ...made,
      subject: 'readers',
      result: {
        outcome: 'observed',
        facts: {
          readers: [
            { name: 'ACME Reader (A1B2C3D4E5) 0', state: 'present', inUse: false, insertion: 1, atr },
          ],
        },
      },
    },
    {
      ...made,
      subject: 'card',
      result: {
        outcome: 'observed',
        facts: {
          reader: 'ACME Reader (A1B2C3D4E5) 0',
          insertion: 1,
          applications: [{ name: 'hpki-authentication', statusWord: '9000' }],
          certificate: {
            form: 'read',
            profile: {
              kind: 'hpki-authentication',
              subject: {
                commonName: 'TARO YAKUZAI',
                serialNumber: 'T654321-jpa',
                organization: '中央薬局',
                country: 'JP',
              },
              issuer: { commonName: 'HPKI-01-HPKI_JV2-forAuthentication-forIndividual' },
              serialNumber: '01513B',
              notBefore: at,
              notAfter: at,
              keyUsage: ['digitalSignature'],
              extendedKeyUsage: [],
              policies: ['1.2.392.100495.1.5.1.2.3.1'],
              hcRoles: ['Pharmacist'],
              publicKey: { algorithm: 'rsa', bits: 2048 },
              fingerprint: 'ab'.repeat(32),
            },
          },
          pin: { reference: '88', statusWord: '63CF' },
          apdus: 7,
          cardMs: 3,
        },
      },
    },
    {
      ...made,
      subject: 'certificate-store',
      result: {
        outcome: 'observed',
        facts: {
          store: 'windows-my',
          others: 2,
          certificates: [
            {
              fingerprint: 'ab'.repeat(32),
              issuer: 'HPKI-01-HPKI_JV2-forAuthentication-forIndividual',
              serialNumber: '01513B',
              notAfter: at,
              privateKey: true,
              provider: 'HPKI Crypto Service Provider for Authentication',
              container: 'T654321-jpa/TARO YAKUZAI',
            },
          ],
        },
      },
    },
    {
      ...made,
      subject: 'card-driver',
      result: {
        outcome: 'observed',
        facts: {
          modules: [
            {
              kind: 'pkcs11',
              family: 'hpki',
              name: 'HpkiAuthP11_MPKCS11H.dll',
              path: 'C:\\Users\\Someone Else\\x.dll',
              bits: 64,
              how: 'System32',
              present: true,
            },
            {
              kind: 'uninstall-entry',
              family: 'hpki',
              name: 'HPKIカードドライバ 中央薬局版',
              path: '\\\\YAKKYOKU-SV\\share$\\HPKI\\CardToolSetup.exe',
              how: 'Uninstall',
              present: false,
            },
            { kind: 'calais', family: 'hpki', name: 'HPKI', how: 'Calais', present: true, ...calais },
          ],
          tools: [{ name: 'HPKIカードツール', path: 'C:\\Users\\薬剤 太郎\\tool.lnk', how: 'Start menu' }],
        },
      },
    },
    {
      ...made,
      subject: 'driver-reader',
      result: {
        outcome: 'observed',
        facts: {
          candidates: [
            { place: 'HKCU\\Software\\HPKI', value: 'Hitachi/Maxell M-520U 0', confidence: 'low' },
            { place: 'HKCU\\Software\\HPKI', value: '調剤 花子', confidence: 'low' },
            {
              place: 'HKCU\\Software\\HPKI\\CardTool\\ReaderSettings2 (64): SelectedReaderName',
              value: 'Hitachi/Maxell M-520U 0',
              confidence: 'low',
            },
            { place: 'HKCU\\Software\\HPKI\\Users (64): 山田 次郎', value: 'YAMADA-PC', confidence: 'low' },
            {
              place: 'C:\\ProgramData\\HPKI\\Yamada\\reader.ini: SN00412',
              value: 'SN 9876543',
              confidence: 'low',
            },
          ],
          formerReaders: ['Hitachi/Maxell M-520U 0'],
        },
      },
    },
    {
      ...made,
      subject: 'card-holders',
      result: {
        outcome: 'observed',
        facts: {
          candidates: [
            { name: 'rececom.exe', processes: 1 },
            { name: 'PRIVATE-tool.exe', processes: 1 },
          ],
          unseen: 0,
        },
      },
    },
    {
      ...made,
      subject: 'policies',
      result: { outcome: 'unknown', reason: 'failed', detail: 'PHARMACY-PC7: no' },
    },
  ],
};

describe('a recording', () => {
  let recording: Inspection;
  let text: string;
  beforeAll(async () => {
    recording = await redacted(inspection, environment);
    text = JSON.stringify(recording);
  });

  it.each([
    'TARO',
    'YAKUZAI',
    '654321',
    '中央薬局',
    '01513B',
    'ab'.repeat(32),
    '薬剤',
    'Someone',
    'PHARMACY-PC7',
    'A1B2C3D4E5',
    '花子',
    '山田',
    'YAMADA',
    'Yamada',
    '00412',
    '9876543',
    'YAKKYOKU',
    'PRIVATE',
    atr,
  ])('does not hold %s', (identity) => {
    expect(text).not.toContain(identity);
  });

  it('gives the same value the same token, so that it is judged as the PC was', () => {
    const [readers, card, store] = recording.observations;
    if (
      readers?.subject !== 'readers' ||
      card?.subject !== 'card' ||
      store?.subject !== 'certificate-store'
    ) {
      throw new Error('another order');
    }
    if (
      readers.result.outcome !== 'observed' ||
      card.result.outcome !== 'observed' ||
      store.result.outcome !== 'observed' ||
      card.result.facts.certificate?.form !== 'read'
    ) {
      throw new Error('not observed');
    }
    expect(card.result.facts.reader).toBe(readers.result.facts.readers[0]?.name);
    const { profile } = card.result.facts.certificate;
    expect(profile.fingerprint).toBe(store.result.facts.certificates[0]?.fingerprint);
    expect(profile.serialNumber).toBe(store.result.facts.certificates[0]?.serialNumber);
    expect(usernameFromSubjectSerialNumber(profile.subject.serialNumber ?? '')?.association).toBe('jpa');
    expect(profile).toMatchObject({ kind: 'hpki-authentication', notAfter: at, hcRoles: ['Pharmacist'] });
    expect(card.result.facts.pin).toEqual({ reference: '88', statusWord: '63CF' });
    expect(text).toContain('HpkiAuthP11_MPKCS11H.dll');
    expect(text).toContain('HPKI Crypto Service Provider for Authentication');
  });

  it('keeps what programmers’ names are built from, which a report does not', () => {
    expect(text).toMatch(/"name":"#\w{10} Reader \(#\w{10}\) 0"/);
    expect(text).toContain(
      String.raw`HKCU\\Software\\HPKI\\CardTool\\ReaderSettings2 (64): SelectedReaderName`,
    );
    expect(text).toMatch(/HPKI\\\\Users \(64\): #\w{10} #\w{10}"/);
    expect(text).toMatch(/ProgramData\\\\HPKI\\\\#\w{10}\\\\reader\.ini: #/);
    expect(text).toMatch(
      /"path":"\\\\\\\\#\w{10}\\\\share\$\\\\HPKI\\\\CardToolSetup\.exe"|#\w{10}\\\\HPKI\\\\CardToolSetup\.exe/,
    );
    expect(text).toContain(`C:\\\\Users\\\\#`);
    expect(text).toContain('tool.lnk');
    expect(text).toContain('"value":"Hitachi/Maxell M-520U 0"');
    expect(text).toMatch(/"detail":"#\w{10} no"/);
  });

  it('keeps of an ATR what a driver registered for the whole product', () => {
    expect(text).toContain('"atr":"3B0311F400","insertion"');
    expect(text).toContain('"atrMask":"FFFFFFFF00"');
  });

  it.each([
    [
      'ReaderName',
      'DefaultReader2',
      'RegOpenKeyExW',
      'ENOENT',
      'HpkiCardTool.exe',
      'リーダライタ設定',
      'card_select.ini',
    ],
    [
      'Taro',
      'YAMADA',
      'EMIKO',
      'TaroReader',
      'Reader123',
      'A1B2C3D4E5',
      'C3',
      '花子設定',
      'ヤマダ',
      'PC-01A2',
      'x',
    ],
  ])('tells names of programs from those of people and things: %s …', (...all) => {
    const kept = all.filter(mayBeRecorded);
    expect(kept).toEqual(all[0] === 'ReaderName' ? all : []);
  });

  it('gives another token in another recording', async () => {
    expect(JSON.stringify(await redacted(inspection, environment))).not.toBe(text);
  });

  it('drops what is not listed', async () => {
    const more = { ...inspection, password: 'secret' } as Inspection;
    expect(JSON.stringify(await redacted(more, environment))).not.toContain('secret');
  });
});
