import { useEffect, useState } from 'preact/hooks';
import { type PanelCommand, type PanelState, panelPortName } from '../messages/panel-messages.ts';
import { browser } from '../platform/browser.ts';

/**
 * The page's line to the service worker. When the worker ends under the page, the line is taken up again at once,
 * which starts a new one.
 */
export class BackgroundPort {
  readonly #onState: (state: PanelState) => void;
  #port: ReturnType<typeof browser.runtime.connect> | null = null;

  constructor(onState: (state: PanelState) => void) {
    this.#onState = onState;
    this.#connect(false);
  }

  send(command: PanelCommand): void {
    this.#port?.postMessage(command);
  }

  #connect(again: boolean): void {
    const port = browser.runtime.connect({ name: panelPortName });
    this.#port = port;
    port.onMessage.addListener((state: unknown) => this.#onState(state as PanelState));
    port.onDisconnect.addListener(() => {
      // Gone for good when the extension itself was reloaded under the page.
      if (browser.runtime.id) this.#connect(true);
    });
    this.send({ type: 'attach', again });
  }
}

export type Send = (command: PanelCommand) => void;

/** The state to show, null until the service worker's first word. */
export function useBackground(): { state: PanelState | null; send: Send } {
  const [state, setState] = useState<PanelState | null>(null);
  const [send, setSend] = useState<Send>(() => () => undefined);
  useEffect(() => {
    const port = new BackgroundPort(setState);
    setSend(() => (command: PanelCommand) => port.send(command));
  }, []);
  return { state, send };
}
