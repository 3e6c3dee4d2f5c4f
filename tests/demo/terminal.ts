import { openDatabase } from '../../server/database/index.ts';
import { addOperator } from '../../server/operator/store.ts';
import { isProfileId, PROFILES } from '../lab/index.ts';
import { type OperatorDesk, takeOperatorDesk } from './operator-desk.ts';
import { takePhone, type VirtualPhone } from './phone.ts';
import { readPrintedQr, readQr } from './qr.ts';
import type { Stage } from './stage.ts';

export const commands = 'phone | phone sheet | new-phone | operator | insert PROFILE | remove | quit';

/** What the demo's terminal does for the person: it plays the phone, the hand at the reader and the administrator. */
export class DemoTerminal {
  readonly #stage: Stage;
  #phone: VirtualPhone | undefined;
  #desk: OperatorDesk | undefined;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** The phone in use, once one was taken. */
  get phone(): VirtualPhone | undefined {
    return this.#phone;
  }

  /** The operator's PC, once there is one. */
  get desk(): OperatorDesk | undefined {
    return this.#desk;
  }

  /** Carries out one line; the answer is for the person. Rejects with what went wrong. */
  async obey(line: string): Promise<string> {
    const [command = '', argument] = line.trim().split(/\s+/);
    switch (command) {
      case 'phone':
        return this.#scan(argument === 'sheet');
      case 'new-phone':
        this.#phone = undefined;
        return 'The next  phone  takes another phone, with nothing registered on it.';
      case 'operator':
        return this.#openConsole();
      case 'insert': {
        const profile = argument ?? 'pharmacist';
        if (!isProfileId(profile)) return `There is no card ${profile}: ${Object.keys(PROFILES).join(', ')}`;
        await this.#stage.lab.insert(profile, { opensc: true });
        return `Card in the reader: ${profile}.`;
      }
      case 'remove':
        await this.#stage.lab.remove();
        return 'The reader is empty.';
      case '':
        return '';
      default:
        return `Commands: ${commands}`;
    }
  }

  async #scan(printed: boolean): Promise<string> {
    const sheet = printed ? await this.#desk?.newestSheet() : undefined;
    if (printed && !sheet) return 'There is no printed sheet yet: make one on the console ( operator ).';
    const url = sheet ? await readPrintedQr(sheet) : await readQr(this.#stage.page);
    if (!url) return 'There is no QR code on the page yet.';
    const again = this.#phone !== undefined && !this.#phone.page.isClosed();
    this.#phone = again && this.#phone ? this.#phone : await takePhone(this.#stage.browser);
    await this.#phone.open(url);
    const which = again ? 'The phone from before' : 'A new phone';
    return `${which} has opened the page: go on in its window.`;
  }

  async #openConsole(): Promise<string> {
    const { browser, server, databaseSettings, sheets } = this.#stage;
    if (this.#desk && !this.#desk.page.isClosed()) {
      await this.#desk.page.bringToFront();
      return 'The console is open already.';
    }
    const database = await openDatabase(databaseSettings);
    try {
      const { token } = await addOperator(database, { name: 'デモ 運用者', role: 'operator' }, Date.now());
      this.#desk = await takeOperatorDesk(browser, sheets);
      await this.#desk.page.goto(`${server.origins.operators}/enrol#${token}`);
    } finally {
      await database.destroy();
    }
    return `The console is open in a window of its own. Sheets are saved in ${sheets}`;
  }
}
