import ids from '../../common/ids.json' with { type: 'json' };
import { browser } from '../platform/browser.ts';
import type { NativePort } from './host-link.ts';

/** The real port. */
export function connectNativePort(): NativePort {
  const port = browser.runtime.connectNative(ids.nativeHost);
  return {
    postMessage: (message) => port.postMessage(message),
    disconnect: () => port.disconnect(),
    onMessage: (listener) => port.onMessage.addListener(listener),
    onDisconnect: (listener) =>
      port.onDisconnect.addListener((ended) =>
        // Firefox puts the words on the port, Chromium into lastError, which only holds during the call.
        listener(ended.error?.message ?? browser.runtime.lastError?.message),
      ),
  };
}
