export * from './events.ts';
export * from './observations.ts';
export * from './requests.ts';
export * from './subjects.ts';
