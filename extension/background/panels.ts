import * as v from 'valibot';
import type { Runtime } from 'webextension-polyfill';
import { type PanelCommand, type PanelState, panelCommand } from '../messages/panel-messages.ts';

/** The extension's own pages that are open: each shows every change at once, without asking. */
export class Panels {
  readonly #ports = new Set<Runtime.Port>();

  get any(): boolean {
    return this.#ports.size > 0;
  }

  add(port: Runtime.Port, onCommand: (command: PanelCommand) => void, onGone: () => void): void {
    this.#ports.add(port);
    port.onMessage.addListener((message: unknown) => {
      const parsed = v.safeParse(panelCommand, message);
      if (parsed.success) onCommand(parsed.output);
    });
    port.onDisconnect.addListener(() => {
      this.#ports.delete(port);
      onGone();
    });
  }

  show(state: PanelState): void {
    for (const port of this.#ports) port.postMessage(state);
  }
}
