import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import puppeteer, { type Browser } from 'puppeteer-core';

export interface BrowserOptions {
  /** HOME of the browser: its certificate store is `home/.pki/nssdb`. */
  home: string;
  userDataDir: string;
  /** Screen to show it on; without one it runs headless. */
  display?: string;
  /** Host name → port on this machine. Real host names stay in the address bar. */
  hosts: Record<string, number>;
  /** Folders of unpacked extensions. */
  extensions?: string[];
  /** Of the browser's own dialogs and of the pages asked for. */
  language?: 'ja' | 'en';
  /** Added to the browser's environment, and so to the native host's and the driver's. */
  environment?: Record<string, string>;
  arguments?: string[];
  /** For a person to look at. Without the movement of its side panel, it takes half of the processor's time for one. */
  animated?: boolean;
  /** What an administrator has decided, by the names of Chromium's policies. Only this browser sees it. */
  policies?: Record<string, unknown>;
}

/** Chromium as a person would have it, with its network confined to this machine. */
export async function launchBrowser(options: BrowserOptions): Promise<Browser> {
  const language = options.language ?? 'ja';
  await mkdir(join(options.userDataDir, 'Default'), { recursive: true });
  await writeFile(
    join(options.userDataDir, 'Default/Preferences'),
    JSON.stringify({ intl: { selected_languages: language === 'ja' ? 'ja,en' : 'en' } }),
    { flag: 'wx' },
  ).catch(() => undefined);
  if (!options.animated) await endAnimations(options.home);
  const rules = [
    ...Object.entries(options.hosts).map(([host, port]) => `MAP ${host} 127.0.0.1:${port}`),
    'MAP * ~NOTFOUND',
    'EXCLUDE 127.0.0.1',
    'EXCLUDE localhost',
  ];
  const browser = await puppeteer.launch({
    executablePath: await browserProgram(options),
    headless: !options.display,
    pipe: true,
    userDataDir: options.userDataDir,
    enableExtensions: (options.extensions ?? []).length > 0,
    defaultViewport: null,
    env: {
      ...process.env,
      HOME: options.home,
      LANG: language === 'ja' ? 'ja_JP.UTF-8' : 'en_US.UTF-8',
      LANGUAGE: language,
      ...(options.display ? { DISPLAY: options.display } : {}),
      ...options.environment,
    },
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--no-default-browser-check',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-search-engine-choice-screen',
      '--window-position=0,0',
      '--window-size=1400,900',
      `--lang=${language}`,
      `--host-resolver-rules=${rules.join(',')}`,
      ...(options.animated ? [] : ['--force-prefers-reduced-motion']),
      ...(options.arguments ?? []),
    ],
  });
  // Not through `enableExtensions: [...]`, which does not wait until they are loaded.
  for (const extension of options.extensions ?? []) await browser.installExtension(extension);
  return browser;
}

/** Those that Chromium's window asks the system for; pages and panels are told by an argument. */
async function endAnimations(home: string): Promise<void> {
  const folder = join(home, '.config/gtk-3.0');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'settings.ini'), '[Settings]\ngtk-enable-animations=0\n');
}

/**
 * A program that starts Chromium where no memory can be locked. OpenSC 0.23 locks pages that it does not own
 * alone and leaves them locked (OpenSC issue 3267); when Chromium's allocator gives such pages back, the system refuses
 * and Chromium ends itself, minutes later and anywhere. Locking that fails is no fault for OpenSC. Root is given the
 * limit by taking the capability away that stands above it.
 *
 * Chromium reads policies from one folder for everyone: they are laid over it where only this process sees it.
 */
async function browserProgram({ userDataDir, policies }: BrowserOptions): Promise<string> {
  const root = process.getuid?.() === 0;
  const lines = ['#!/bin/sh', 'set -e'];
  if (policies) {
    const file = join(userDataDir, 'policies.json');
    await writeFile(file, JSON.stringify(policies));
    const alone = `unshare --mount${root ? '' : ' --map-root-user'}`;
    lines.push(
      `[ "$HPKI_NAVI_ALONE" ] || HPKI_NAVI_ALONE=1 exec ${alone} "$0" "$@"`,
      'unset HPKI_NAVI_ALONE',
      'mount -t tmpfs none /etc/chromium',
      'mkdir -p /etc/chromium/policies/managed',
      `cp '${file}' /etc/chromium/policies/managed/`,
    );
  }
  const unprivileged = root ? 'setpriv --inh-caps -ipc_lock --bounding-set -ipc_lock ' : '';
  lines.push(`exec prlimit --memlock=0:0 ${unprivileged}/usr/bin/chromium "$@"`);
  const program = join(userDataDir, 'chromium');
  await writeFile(program, `${lines.join('\n')}\n`);
  await chmod(program, 0o755);
  return program;
}
