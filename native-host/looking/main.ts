import type { Readable, Writable } from 'node:stream';
import * as v from 'valibot';
import type { Subject } from '../../common/protocol/index.ts';
import { carryOut } from '../actions/windows.ts';
import { openMessagePort } from '../messaging/message-port.ts';
import { observation } from '../observers/observation.ts';
import { observeOnce } from '../observers/observe-once.ts';
import type { Observer } from '../observers/port.ts';
import { servicesAsListed } from '../observers/service-windows.ts';
import { type WindowsSubject, windowsObservers } from '../observers/windows.ts';
import { withoutCompilers } from '../v8-options.ts';
import { openWindows, type Windows } from '../windows/index.ts';
import { type LookingAnswer, type LookingRequest, lookingRequestSchema } from './messages.ts';

/**
 * The looking process: answers each question by itself, so that one that hangs delays no other. Ends with SIGKILL,
 * also by itself when the host's end of the pipe closes: a call that hangs would keep it alive otherwise.
 */
export function runLookingProcess(input: Readable, output: Writable): void {
  const windows = openWindows();
  const port = openMessagePort(input, output, {
    message(value) {
      const request = v.parse(lookingRequestSchema, value);
      void answer(windows, request)
        .catch(
          (error): LookingAnswer => ({ type: 'failed', id: request.id, detail: String(error).slice(0, 500) }),
        )
        .then((one) => port.send(one));
    },
    malformed(detail) {
      throw new Error(detail);
    },
  });
  withoutCompilers();
  void port.closed.then(() => process.kill(process.pid, 'SIGKILL'));
}

async function answer(windows: Windows, request: LookingRequest): Promise<LookingAnswer> {
  const { id } = request;
  switch (request.type) {
    case 'look':
      return { type: 'seen', id, observation: await look(windows, request) };
    case 'services':
      return { type: 'services', id, ...(await servicesAsListed(windows.services)) };
    case 'act':
      return { type: 'acted', id, outcome: await carryOut(request.action, windows) };
  }
}

async function look(windows: Windows, { subject, browserId }: LookingRequest & { type: 'look' }) {
  if (!Object.hasOwn(windowsObservers, subject)) throw new Error(`${subject} is not looked at here`);
  const known = subject as WindowsSubject;
  try {
    return await observeOnce(windowsObservers[known](windows, browserId) as unknown as Observer<Subject>);
  } catch (error) {
    // The library it needs could not be loaded.
    const detail = String(error).slice(0, 500);
    return observation<Subject>(known, 'koffi', { outcome: 'unknown', reason: 'failed', detail });
  }
}
