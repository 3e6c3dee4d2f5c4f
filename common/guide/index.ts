export { errorGuideName, guideErrorById, guideErrors } from './errors.ts';
export { stepById, steps } from './steps.ts';
export type { GuideError, GuideErrorId, GuideItem, Phone, Source, Step, StepId, Text } from './types.ts';
