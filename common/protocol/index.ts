export * from './messages.ts';
export * from './observations.ts';
