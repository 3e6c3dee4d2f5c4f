/** All subjects, in the order in which a person would look. */
export const subjects = [
  'pcsc-service',
  'readers',
  'card',
  'card-holders',
  'card-driver',
  'driver-reader',
  'certificate-store',
  'usb-readers',
  'policies',
  'site-certificate',
  'browser-session',
] as const;

export type Subject = (typeof subjects)[number];
