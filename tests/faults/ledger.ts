/** What became of one injected fault. */
export interface Outcome {
  /** Processes that should live do, those that should end did so by themselves. */
  survived: boolean;
  /** The state right after the fault is what it should be, and the next ordinary use works. */
  right: boolean;
  /** Answers, observations or records that should be there and are not. */
  lost: number;
  detail?: string;
}

export interface Count {
  area: string;
  fault: string;
  injected: number;
  survived: number;
  right: number;
  lost: number;
}

export interface Failure {
  area: string;
  fault: string;
  detail: string;
}

export const good: Outcome = { survived: true, right: true, lost: 0 };

/** Everything as it should be, or what is not: conditions by their names. */
export function rightIf(conditions: Readonly<Record<string, boolean>>, lost = 0): Outcome {
  const broken = Object.keys(conditions).filter((name) => !conditions[name]);
  return {
    survived: true,
    right: broken.length === 0,
    lost,
    ...(broken.length > 0 && { detail: `not so: ${broken.join(', ')}` }),
  };
}

/** Keeps the counts of a run. */
export class Ledger {
  readonly failures: Failure[] = [];
  /** Both must stay 0. */
  pinAttemptsByHost = 0;
  personalData: string[] = [];
  readonly #counts = new Map<string, Count>();
  readonly #say: (text: string) => void;

  constructor(say: (text: string) => void = () => undefined) {
    this.#say = say;
  }

  /** Injects a fault and writes down what came of it. A throw, or no end within `ms`, is not survived. */
  async inject(
    area: string,
    fault: string,
    body: () => Promise<Outcome>,
    { detail = '', ms = 40_000 }: { detail?: string; ms?: number } = {},
  ): Promise<boolean> {
    const late = Promise.withResolvers<Outcome>();
    const timer = setTimeout(
      () => late.resolve({ survived: false, right: false, lost: 0, detail: `no end within ${ms} ms` }),
      ms,
    );
    const outcome = await Promise.race([body(), late.promise]).catch(
      (error: unknown): Outcome => ({
        survived: false,
        right: false,
        lost: 0,
        detail: error instanceof Error ? error.message : String(error),
      }),
    );
    clearTimeout(timer);
    this.add(area, fault, 1, outcome, detail);
    return outcome.survived && outcome.right && outcome.lost === 0;
  }

  /** Writes down `injected` faults of a kind that came to the same. */
  add(area: string, fault: string, injected: number, outcome: Outcome, detail = ''): void {
    const key = `${area}\n${fault}`;
    const count = this.#counts.get(key) ?? { area, fault, injected: 0, survived: 0, right: 0, lost: 0 };
    count.injected += injected;
    if (outcome.survived) count.survived += injected;
    if (outcome.right) count.right += injected;
    count.lost += outcome.lost;
    this.#counts.set(key, count);
    if (outcome.survived && outcome.right && outcome.lost === 0) return;
    const failure = { area, fault, detail: [detail, outcome.detail].filter(Boolean).join(': ') };
    this.failures.push(failure);
    this.#say(`  ${area}: ${fault}: ${failure.detail}`);
  }

  get counts(): Count[] {
    return [...this.#counts.values()];
  }

  get clean(): boolean {
    return this.failures.length === 0 && this.pinAttemptsByHost === 0 && this.personalData.length === 0;
  }
}
