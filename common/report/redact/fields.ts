import type { FieldClass } from './classes.ts';

/**
 * The report's allow list: every field that may be in one, with its class. `[]` is any place in a list. What does not
 * stand here does not leave the PC. `left out` names fields that were considered and stay behind.
 */
const named = (name: string): Record<string, FieldClass> => ({
  [`${name}.commonName`]: 'words',
  [`${name}.organization`]: 'words',
  [`${name}.country`]: 'words',
});

const card: Record<string, FieldClass> = {
  reader: 'words',
  insertion: 'number',
  atr: 'atr',
  'applications[].name': 'code',
  'applications[].statusWord': 'statusWord',
  layout: 'code',
  'certificate.form': 'code',
  'certificate.code': 'code',
  'certificate.length': 'number',
  'certificate.profile.kind': 'code',
  'certificate.profile.subject.commonName': 'name',
  'certificate.profile.subject.serialNumber': 'registrationNumber',
  ...named('certificate.profile.issuer'),
  'certificate.profile.serialNumber': 'serial',
  'certificate.profile.notBefore': 'time',
  'certificate.profile.notAfter': 'time',
  'certificate.profile.keyUsage[]': 'policy',
  'certificate.profile.extendedKeyUsage[]': 'policy',
  'certificate.profile.policies[]': 'policy',
  'certificate.profile.hcRoles[]': 'words',
  'certificate.profile.publicKey.algorithm': 'code',
  'certificate.profile.publicKey.bits': 'number',
  'certificate.profile.fingerprint': 'fingerprint',
  'pin.reference': 'statusWord',
  'pin.statusWord': 'statusWord',
  'stopped.by': 'code',
  'stopped.pcscCode': 'pcscCode',
  'stopped.afterApdus': 'number',
  apdus: 'number',
  extendedLength: 'flag',
  cardMs: 'number',
};

/** Facts of each subject. */
export const factFields = {
  'pcsc-service': {
    state: 'code',
    startType: 'code',
    pcscCode: 'pcscCode',
    'propagation.state': 'code',
    'propagation.startType': 'code',
  },
  readers: {
    'readers[].name': 'words',
    'readers[].state': 'code',
    'readers[].inUse': 'flag',
    'readers[].atr': 'atr',
    'readers[].insertion': 'number',
  },
  card,
  'card-holders': {
    'candidates[].name': 'program',
    'candidates[].processes': 'number',
    unseen: 'number',
  },
  'card-driver': {
    'modules[].kind': 'code',
    'modules[].family': 'code',
    'modules[].name': 'words',
    'modules[].path': 'path',
    'modules[].version': 'version',
    'modules[].bits': 'number',
    'modules[].how': 'path',
    'modules[].present': 'flag',
    'modules[].atr': 'hex',
    'modules[].atrMask': 'hex',
    'tools[].name': 'words',
    'tools[].path': 'path',
    'tools[].how': 'path',
  },
  'driver-reader': {
    'candidates[].place': 'path',
    'candidates[].value': 'setting',
    'candidates[].confidence': 'code',
    'formerReaders[]': 'words',
  },
  'certificate-store': {
    store: 'code',
    'certificates[].fingerprint': 'fingerprint',
    'certificates[].issuer': 'words',
    'certificates[].serialNumber': 'serial',
    'certificates[].notAfter': 'time',
    'certificates[].privateKey': 'flag',
    'certificates[].provider': 'words',
    'certificates[].container': 'opaque',
    others: 'number',
    'modules[].name': 'words',
    'modules[].database': 'path',
    'modules[].present': 'flag',
  },
  'usb-readers': {
    'devices[].vendor': 'usbId',
    'devices[].product': 'usbId',
    'devices[].name': 'words',
    'devices[].by': 'code',
    'devices[].driver': 'words',
    'devices[].problem': 'number',
    'devices[].how': 'path',
  },
  policies: {
    'policies[].browser': 'code',
    'policies[].scope': 'code',
    'policies[].name': 'code',
    'policies[].values[]': 'policyValue',
    'policies[].how': 'path',
  },
  'site-certificate': {
    host: 'host',
    ...named('subject'),
    ...named('issuer'),
    ...named('root'),
    publiclyTrusted: 'flag',
    authorizationError: 'code',
    skewMs: 'number',
  },
  'browser-session': {
    startedAt: 'time',
    processId: 'zero',
    name: 'program',
    bits: 'number',
    'running[].name': 'program',
    'running[].processId': 'zero',
    'running[].startedAt': 'time',
    remoteDesktop: 'flag',
    remoteBy: 'code',
    remoteUnknown: 'code',
  },
} as const satisfies Record<string, Record<string, FieldClass>>;

/** Around the facts of each observation. */
export const observationFields = {
  subject: 'code',
  at: 'time',
  ms: 'number',
  how: 'path',
  'result.outcome': 'code',
  'result.reason': 'code',
} as const satisfies Record<string, FieldClass>;

/** The rest of a situation. */
export const situationFields = {
  now: 'number',
  'browser.name': 'words',
  'browser.family': 'code',
  'browser.siteAccess': 'flag',
  'browser.extensionVersion': 'version',
  'host.state': 'code',
  'host.failure': 'code',
  'host.hostVersion': 'version',
  'host.platform': 'code',
  'host.complete': 'flag',
  'site.state': 'code',
  'site.status': 'number',
  'site.skewMs': 'number',
  'site.host': 'host',
  'site.online': 'flag',
  'site.redirected': 'flag',
  'login.card': 'fingerprint',
  'login.browserStartedAt': 'time',
  'login.thisSession': 'flag',
  cardToken: 'fingerprint',
  quiet: 'flag',
} as const satisfies Record<string, FieldClass>;

/** Considered, and never in a report: free text, and what nobody at the desk needs. */
export const leftOut: readonly string[] = [
  'observations: result.detail',
  'card: certificate.profile.subject.organization',
  'card: certificate.profile.subject.country',
  'card: certificate.profile.issuer.serialNumber',
  'site-certificate: subject.serialNumber',
  'site-certificate: issuer.serialNumber',
  'site-certificate: root.serialNumber',
  'situation: host.detail',
];
