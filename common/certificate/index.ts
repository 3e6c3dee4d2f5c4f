export { policies } from './policies.ts';
export {
  CertificateFormatError,
  type CertificateKind,
  type CertificateProfile,
  type DistinguishedName,
  readCertificateProfile,
} from './profile.ts';
export { type RegistrationName, sameUsername, usernameFromSubjectSerialNumber } from './username.ts';
