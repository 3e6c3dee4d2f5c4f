import { useEffect, useState } from 'preact/hooks';
import type { PanelCommand, PanelState } from '../messages/panel-messages.ts';
import { panelPortName } from '../messages/panel-port.ts';
import { browser } from '../platform/browser.ts';

/** Milliseconds in which a service worker that is starting has said its first word. */
const firstWord = 1500;

/**
 * The page's line to the service worker. When the worker ends under the page, the line is taken up again at once,
 * which starts a new one. A line to a worker that is just ending is never answered nor closed by the browser: no first
 * word within its time, and another line is tried.
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
    const reconnect = () => {
      clearTimeout(timer);
      // Gone for good when the extension itself was reloaded under the page.
      if (this.#port === port && browser.runtime.id) this.#connect(true);
    };
    const timer = setTimeout(() => {
      reconnect();
      port.disconnect();
    }, firstWord);
    port.onMessage.addListener((state: unknown) => {
      clearTimeout(timer);
      if (this.#port === port) this.#onState(state as PanelState);
    });
    port.onDisconnect.addListener(reconnect);
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
