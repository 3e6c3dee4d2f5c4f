export { afterFinish, type Finished } from './after-finish.ts';
export {
  goneCauses,
  type LoginCause,
  type LoginEvidence,
  noChooserWithin,
  pinIsInnocent,
  rankLoginCauses,
} from './login-causes.ts';
export { type Clicked, type LoginFailure, lookedAgain } from './login-failure.ts';
export { type LoginEnd, loginEnd } from './net-errors.ts';
