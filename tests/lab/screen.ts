import { execFile, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A screen of its own, with a hand and an eye: what puppeteer can't reach (chooser, PIN dialog) is done here. */
export interface Screen {
  /** `:99` */
  display: string;
  /** Whole screen as PNG. */
  capture(path: string): Promise<void>;
  press(key: string): Promise<void>;
  /** Types into the window that has this title; the text never appears on a command line. */
  typeInto(window: string, text: string): Promise<void>;
  /** Ids of the visible windows whose title matches (POSIX extended). */
  windows(title: string): Promise<string[]>;
  /** The titles of all that are visible, the one that the keys go to in brackets. */
  titles(): Promise<string[]>;
  stop(): Promise<void>;
}

/**
 * Starts Xvfb on a display that is free, without key repeat: on a busy machine a key is easily held too long.
 * It dies with this process.
 */
export async function startScreen(size = '1400x900x24'): Promise<Screen> {
  const server = spawn(
    'setpriv',
    [
      '--pdeathsig',
      'KILL',
      'Xvfb',
      '-displayfd',
      '3',
      '-screen',
      '0',
      size,
      '-nolisten',
      'tcp',
      '-r',
      '-noreset',
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
  );
  const number = await new Promise<string>((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)));
    server.stdio[3]?.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
  });
  const screen = attachScreen(`:${number}`);
  // Out of the way: over a dialog, the pointer brings up its hints.
  await run('xdotool', ['mousemove', '4000', '4000'], { env: { ...process.env, DISPLAY: screen.display } });
  return { ...screen, stop: () => end(server) };
}

/** The hand and the eye for a screen that somebody else has started: a person's own display. */
export function attachScreen(display: string): Screen {
  const env = { ...process.env, DISPLAY: display };
  const xdotool = (...words: string[]) => run('xdotool', words, { env });
  const windows = async (title: string) => {
    const { stdout } = await xdotool('search', '--onlyvisible', '--name', title).catch(() => ({
      stdout: '',
    }));
    return stdout.split('\n').filter(Boolean);
  };
  return {
    display,
    windows,
    async titles() {
      const { stdout: focused } = await xdotool('getwindowfocus').catch(() => ({ stdout: '' }));
      const named = (await windows('.')).map(async (window) => {
        const { stdout } = await xdotool('getwindowname', window).catch(() => ({ stdout: 'gone' }));
        return window === focused.trim() ? `[${stdout.trim()}]` : stdout.trim();
      });
      return Promise.all(named);
    },
    async capture(path) {
      await run('import', ['-window', 'root', path], { env });
    },
    async press(key) {
      await xdotool('key', '--clearmodifiers', key);
    },
    async typeInto(window, text) {
      await xdotool('windowfocus', '--sync', window).catch(() => undefined);
      await new Promise<void>((resolve, reject) => {
        const typing = spawn('xdotool', ['type', '--clearmodifiers', '--delay', '30', '--file', '-'], {
          env,
        });
        typing.once('error', reject);
        typing.once('exit', (code) =>
          code === 0 ? resolve() : reject(new Error(`xdotool ended with ${code}`)),
        );
        typing.stdin.end(text);
      });
    },
    stop: async () => undefined,
  };
}

async function end(child: ReturnType<typeof spawn>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await Promise.race([ended, sleep(2_000).then(() => child.kill('SIGKILL'))]);
  await ended;
}

/** Titles of the browser's own PIN dialog, English and Japanese. */
const pinDialog = 'Unlock Security Device|セキュリティ';

export interface CertificateDialogs {
  /** Waits for the certificate chooser to be on the screen, then takes its preselected certificate. */
  confirmChooser(): Promise<void>;
  /** Cancels the chooser, as soon as it is there; `gone` says that it went. */
  cancelChooser(gone: () => Promise<boolean>): Promise<void>;
  /** Waits for the PIN dialog and answers it. */
  enterPin(pin: string): Promise<void>;
  pinDialogShown(): Promise<boolean>;
}

/**
 * The chooser is drawn by the browser itself and can't be seen from here. It is there once the driver has read the
 * card's certificate, and its APDUs, counted by `driverApdus`, have come to rest.
 */
export async function untilDriverRests(driverApdus: () => number): Promise<void> {
  const end = performance.now() + 8_000;
  let seen = 0;
  let restful = 0;
  while (performance.now() < end && (seen === 0 || restful < 5)) {
    await sleep(100);
    restful = driverApdus() === seen ? restful + 1 : 0;
    seen = driverApdus();
  }
}

/**
 * The browser's chooser and PIN dialog. The chooser is no window of its own, so nothing tells when it is there: its
 * key is pressed, and pressed again only when nothing came of it. (Return pressed once too often would answer the
 * PIN dialog with nothing.) `done` says that the page went on without a PIN dialog.
 */
export function certificateDialogs(
  screen: Screen,
  done: () => Promise<boolean> = async () => false,
): CertificateDialogs {
  const pinDialogShown = async () => (await screen.windows(pinDialog)).length > 0;

  /** For whoever reads why it failed. */
  const onScreen = async () => `on the screen: ${(await screen.titles()).join(', ')}`;

  async function pressUntil(
    key: string,
    over: () => Promise<boolean>,
    signal = AbortSignal.timeout(30_000),
  ): Promise<void> {
    while (!(await over())) {
      if (signal.aborted) throw new Error(`${key} was pressed in vain; ${await onScreen()}`);
      await screen.press(key);
      for (let waited = 0; waited < 5_000 && !(await over()); waited += 100) await sleep(100);
    }
  }

  return {
    pinDialogShown,
    confirmChooser: () => pressUntil('Return', async () => (await pinDialogShown()) || (await done())),
    cancelChooser: (gone) => pressUntil('Escape', gone),
    async enterPin(pin) {
      const signal = AbortSignal.timeout(20_000);
      let [window] = await screen.windows(pinDialog);
      while (!window) {
        if (signal.aborted) throw new Error(`no PIN dialog came; ${await onScreen()}`);
        await sleep(100);
        [window] = await screen.windows(pinDialog);
      }
      // The browser takes no key as an answer in a dialog's first half second, against keys meant for elsewhere.
      await sleep(600);
      await screen.typeInto(window, pin);
      // A wrong PIN brings a new dialog: only this one has to be gone.
      const answered = async () => !(await screen.windows(pinDialog)).includes(window);
      await pressUntil('Return', answered, signal);
    },
  };
}
