import {
  type ExtensionStage,
  type ExtensionStageOptions,
  type HostOptions,
  raiseExtensionStage,
} from './stage.ts';

/** Browsers that are kept at the same time: the two kinds that most tests want. */
const most = 2;

/**
 * Stages for tests one after the other. Starting a browser costs more than most tests do in it: one that was started in
 * the same way is used again, with the extension installed anew and its tabs closed.
 */
export class KeptStages {
  /** By how their browser was started; the one used last comes last. */
  readonly #stages = new Map<string, ExtensionStage>();

  async raise({ host, hostInstalled, ...start }: ExtensionStageOptions = {}): Promise<ExtensionStage> {
    const hostOptions: HostOptions = {
      ...(host ? { host } : {}),
      ...(hostInstalled === undefined ? {} : { hostInstalled }),
    };
    const key = JSON.stringify(start);
    const stage =
      (await this.#again(key, hostOptions)) ?? (await raiseExtensionStage({ ...start, ...hostOptions }));
    this.#stages.set(key, stage);
    const [oldest] = this.#stages;
    if (oldest && this.#stages.size > most) {
      this.#stages.delete(oldest[0]);
      await oldest[1].stop();
    }
    return stage;
  }

  async #again(key: string, host: HostOptions): Promise<ExtensionStage | undefined> {
    const stage = this.#stages.get(key);
    this.#stages.delete(key);
    if (stage?.browser.connected) {
      await stage.renew(host);
      return stage;
    }
    await stage?.stop(); // a test has ended its browser
    return undefined;
  }

  async stop(): Promise<void> {
    for (const stage of this.#stages.values()) await stage.stop();
    this.#stages.clear();
  }
}
