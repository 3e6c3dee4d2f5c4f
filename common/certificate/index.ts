export { policies } from './policies.ts';
export {
  CertificateFormatError,
  type CertificateKind,
  type CertificateProfile,
  type DistinguishedName,
  readCertificateProfile,
} from './profile.ts';
export type { Association } from './registration-numbers.ts';
export {
  foldUsername,
  type RegistrationName,
  sameUsername,
  usernameCandidates,
  usernameFromSubjectSerialNumber,
} from './username.ts';
