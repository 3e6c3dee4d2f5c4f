export { registrationName } from './card.ts';
export { cardsInReaders, selectedCard } from './card-selection.ts';
export { type Check, type CheckData, type CheckStatus, isPending } from './check.ts';
export { clockSkewMs } from './clock.ts';
export { type Judgement, judge, type Verdict } from './judge.ts';
export { triesLeft } from './pin.ts';
export {
  type BrowserFacts,
  type CardLogin,
  type HostFailure,
  type HostState,
  isComplete,
  isStarting,
  type Observations,
  type SiteState,
  type Situation,
} from './situation.ts';
