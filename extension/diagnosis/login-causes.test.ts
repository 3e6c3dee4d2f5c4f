import { describe, expect, it } from 'vitest';
import type { Check } from '../judge/index.ts';
import {
  goneCauses,
  type LoginCause,
  type LoginEnd,
  type LoginFailure,
  loginEnd,
  lookedAgain,
  pinIsInnocent,
  rankLoginCauses,
} from './index.ts';

const finding = (reason: string, status: Check['status']): Check => ({
  check: reason.split('.')[0] as Check['check'],
  reason: reason as Check['reason'],
  status,
  data: {},
});
const noCard = finding('card-present.none', 'fail');
const noDriver = finding('card-driver.none', 'fail');
const storeUnseen = finding('certificate-store.not-examined', 'unknown');
const readerUnseen = finding('driver-reader.unknown', 'unknown');
const cardThere = finding('card-present.ok', 'pass');

function failure(changes: Partial<LoginFailure> = {}): LoginFailure {
  return {
    at: 100_000,
    clicked: { at: 90_000, tries: 15, troubles: [] },
    chooserSeen: false,
    triesAfter: 15,
    atFailure: [],
    seen: [],
    ...changes,
  };
}

const fast = { clicked: { at: 99_500, tries: 15, troubles: [] } };
const told = (causes: LoginCause[]) =>
  causes.map((cause) => [cause.kind === 'own' ? cause.id : cause.check.reason, cause.certainty]);
const rank = (changes: Partial<LoginFailure>, checks: Check[] = [], end: LoginEnd = 'refused') =>
  told(rankLoginCauses({ failure: failure(changes), checks, end }));

describe('why a card login failed', () => {
  it('is certain about what was wrong at the press or at the failure', () => {
    expect(rank({ atFailure: [noDriver] }, [noDriver])[0]).toEqual(['card-driver.none', 'certain']);
    const clicked = { at: 99_000, tries: 15, troubles: [noCard] };
    expect(rank({ clicked }, [noCard])[0]).toEqual(['card-present.none', 'certain']);
  });

  it('does not take for the cause what went wrong only afterwards', () => {
    const causes = rank({}, [noCard]);
    expect(causes).toContainEqual(['card-present.none', 'possible']);
    expect(causes[0]).toEqual(['cancelled', 'likely']);
  });

  it('says so when tries of the PIN were spent, and blames nothing else of its own', () => {
    expect(rank({ triesAfter: 14 }, [storeUnseen])).toEqual([
      ['pin-wrong', 'certain'],
      ['certificate-store.not-examined', 'possible'],
    ]);
  });

  it('leaves a locked card to the check that sees it', () => {
    const locked = finding('pin.locked', 'fail');
    const clicked = { at: 90_000, tries: 1, troubles: [] };
    expect(rank({ clicked, triesAfter: 0, atFailure: [locked] }, [locked])[0]).toEqual([
      'pin.locked',
      'certain',
    ]);
  });

  it('never blames the PIN when as many tries are left', () => {
    expect(rank({}).map(([id]) => id)).not.toContain('pin-perhaps');
    expect(pinIsInnocent(failure())).toBe(true);
    expect(pinIsInnocent(failure({ triesAfter: null }))).toBe(false);
  });

  it('thinks of the PIN when nothing is known of it', () => {
    expect(rank({ triesAfter: null })).toContainEqual(['pin-perhaps', 'possible']);
    expect(rank({ clicked: null })).toContainEqual(['pin-perhaps', 'possible']);
  });

  it('concludes from an error at once that no chooser came', () => {
    expect(rank(fast, [storeUnseen, readerUnseen])).toEqual([
      ['no-chooser', 'likely'],
      ['certificate-store.not-examined', 'possible'],
      ['driver-reader.unknown', 'possible'],
    ]);
  });

  it('believes the person who has chosen a certificate', () => {
    const causes = rank({ ...fast, chooserSeen: true }, [storeUnseen]);
    expect(causes.map(([id]) => id)).not.toContain('no-chooser');
    expect(causes.map(([id]) => id)).not.toContain('certificate-store.not-examined');
  });

  it('knows that a refusal by HTTP is remembered until the browser ends', () => {
    expect(rank(fast, [], 'answered')[0]).toEqual(['choice-remembered', 'likely']);
    expect(rank({}, [], 'answered')[0]).toEqual(['choice-remembered', 'likely']);
  });

  it('blames neither card nor reader where there was no connection', () => {
    expect(rank({ atFailure: [noCard] }, [noCard, storeUnseen], 'unreached')).toEqual([
      ['login-host-unreachable', 'certain'],
    ]);
  });

  it('blames the network before the host of the login, and the host no more when the network is back', () => {
    const offline = finding('site.offline', 'fail');
    expect(rank({ atFailure: [offline] }, [offline], 'unreached')).toEqual([['site.offline', 'certain']]);
    const back = finding('site.ok', 'pass');
    expect(rank({ atFailure: [offline], seen: [offline] }, [back], 'unreached')).toEqual([]);
  });

  it('learns from the error how the login ended', () => {
    expect(loginEnd({ netError: 'ERR_CONNECTION_REFUSED' })).toBe('unreached');
    expect(loginEnd({ netError: 'ERR_BAD_SSL_CLIENT_AUTH_CERT' })).toBe('refused');
    expect(loginEnd({ netError: 'ERR_CERT_DATE_INVALID' })).toBe('unreached');
    expect(loginEnd({ netError: 'ERR_HTTP_RESPONSE_CODE_FAILURE' })).toBe('answered');
    expect(loginEnd({ status: 403 })).toBe('answered');
    expect(loginEnd({ status: 503 })).toBe('unreached');
    expect(loginEnd(undefined)).toBe('refused');
  });

  it('passes over what is still being looked at, and over browser and host', () => {
    const checks = [finding('card-present.checking', 'unknown'), finding('host.not-installed', 'fail')];
    expect(rank({ triesAfter: 14 }, checks)).toEqual([['pin-wrong', 'certain']]);
  });
});

describe('a cause', () => {
  it('is gone when its check no longer fails', () => {
    const looked = lookedAgain(failure({ atFailure: null }), { troubles: [noCard], settled: true });
    expect(looked.atFailure).toEqual([noCard]);
    expect(goneCauses(looked, [noCard])).toEqual([]);
    expect(goneCauses(looked, [finding('card-present.checking', 'unknown')])).toEqual([]);
    expect(goneCauses(looked, [cardThere])).toEqual([noCard]);
  });

  it.each([
    ['certificate-store.absent', finding('certificate-store.ok', 'pass')],
    ['certificate-store.no-key', finding('certificate-store.ok', 'pass')],
    ['driver-reader.hint-other', finding('driver-reader.hint-same', 'unknown')],
    ['site.inspected', finding('site.ok', 'pass')],
  ])('that was only doubtful, %s, is gone when it is right', (reason, right) => {
    const doubt = finding(reason, 'warn');
    const looked = lookedAgain(failure(), { troubles: [doubt], settled: true });
    expect(goneCauses(looked, [doubt])).toEqual([]);
    expect(goneCauses(looked, [right])).toEqual([doubt]);
  });

  it('is not gone because it can no longer be seen', () => {
    const doubt = finding('certificate-store.absent', 'warn');
    const looked = lookedAgain(failure(), { troubles: [doubt, noCard], settled: true });
    const unseen = [
      finding('certificate-store.unknown', 'unknown'),
      finding('card-present.unknown', 'unknown'),
    ];
    expect(goneCauses(looked, unseen)).toEqual([]);
  });

  it('is none when its check warns of something else', () => {
    const troubles = [finding('pin.one-left', 'warn'), finding('browser-session.used', 'warn')];
    expect(lookedAgain(failure(), { troubles, settled: true }).seen).toEqual([]);
  });

  it('of which nothing is new leaves everything as it was', () => {
    const looked = lookedAgain(failure(), { troubles: [noCard], settled: true });
    expect(lookedAgain(looked, { troubles: [noCard], settled: true })).toBe(looked);
  });

  it('counts as there at the failure only once the checks are through', () => {
    const early = lookedAgain(failure({ atFailure: null }), { troubles: [], settled: false });
    expect(early.atFailure).toBeNull();
  });
});
