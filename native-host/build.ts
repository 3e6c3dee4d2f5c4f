import { chmod, copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { build } from 'vite';
import ids from '../common/ids.json' with { type: 'json' };
import { besideLauncher } from './card/process/beside-launcher.ts';
import { cardThreads } from './card/process/start.ts';
import { v8Options } from './v8-options.ts';

export interface HostBuild {
  /** Folder to fill; what was in it is removed. */
  outDir: string;
  /** Node 24 that will run it, written into the launcher. Default: the one running the build. */
  node?: string;
  /** Without the development extension's id. Fails while the stores' ids are not known. */
  release?: boolean;
}

export interface BuiltHost {
  /** What browsers start, and people: a shell script. */
  launcher: string;
}

/**
 * Builds the host for this system (Linux): the program in a few files that load only what is needed, koffi's
 * compiled part beside it, and a launcher. pcsclite, the optional backend, is left to source trees.
 */
export async function buildHost({
  outDir,
  node = process.execPath,
  release = false,
}: HostBuild): Promise<BuiltHost> {
  if (release && (ids.extension.chrome === null || ids.extension.edge === null)) {
    throw new Error('a release host needs the store ids of both extensions in common/ids.json');
  }
  const folder = resolve(outDir);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await build({
    root: resolve(import.meta.dirname, '..'),
    configFile: false,
    logLevel: 'warn',
    define: { __HPKI_NAVI_RELEASE__: JSON.stringify(release) },
    resolve: { alias: { koffi: join(import.meta.dirname, 'koffi-beside-program.ts') } },
    ssr: { noExternal: true, external: ['pcsclite'] },
    build: {
      ssr: 'native-host/main.ts',
      target: 'node24',
      outDir: folder,
      emptyOutDir: false,
      minify: true,
      rolldownOptions: {
        output: {
          format: 'cjs',
          entryFileNames: '[name].cjs',
          chunkFileNames: '[name]-[hash].cjs',
          codeSplitting: {
            groups: [{ debugName: 'start', name: startedWith() }],
            includeDependenciesRecursively: false,
          },
        },
      },
    },
  });
  await copyFile(koffiAddon(), join(folder, 'koffi.node'));
  const launcher = join(folder, 'hpki-navi-host');
  await writeFile(launcher, launcherScript(node));
  await chmod(launcher, 0o755);
  return { launcher };
}

interface Modules {
  getModuleInfo(id: string): { importedIds: string[] } | null;
}

/**
 * Names two files: what a browser's first answer needs alone, and what the card process needs too. Each file that is
 * opened costs more than what is read from it, and neither process loads what only the other needs.
 */
function startedWith() {
  const here = (file: string) => join(import.meta.dirname, file);
  let files: Record<'main' | 'cards' | 'serve', Set<string>> | undefined;
  return (id: string, modules: Modules): string | null => {
    files ??= {
      main: reached([here('main.ts')], modules),
      cards: reached([here('card/process/main.ts')], modules),
      serve: reached([here('serve.ts'), here('allowed-callers.ts')], modules),
    };
    if (files.main.has(id) || !files.serve.has(id)) return null;
    return files.cards.has(id) ? 'both' : 'serve';
  };
}

/** These modules and what they import, directly or not, before they run. */
function reached(from: string[], modules: Modules): Set<string> {
  const seen = new Set<string>();
  for (const queue = [...from]; queue.length > 0; ) {
    const id = queue.pop() as string;
    if (seen.has(id)) continue;
    seen.add(id);
    queue.push(...(modules.getModuleInfo(id)?.importedIds ?? []));
  }
  return seen;
}

/** koffi's compiled part for this system. */
function koffiAddon(): string {
  const koffi = createRequire(createRequire(import.meta.url).resolve('koffi'));
  const { platform, arch } = process;
  const folder = dirname(koffi.resolve(`@koromix/koffi-${platform}-${arch}`));
  return join(folder, `${platform}_${arch}`, 'koffi.node');
}

/**
 * `exec` keeps the process the browser started: its parent is the browser, and ending it ends the host.
 * No program is started to find the folder: that would cost more than the host's own code. What a person starts is over
 * soon, and does not have V8's options for long lives. An inspection needs Node twice: its card process is started here,
 * so that both start at the same time; where the two pipes can't be made, the host starts it itself (card/process/start.ts).
 */
function launcherScript(node: string): string {
  const { variable, commands, events } = besideLauncher;
  return `#!/bin/sh
self=$0
[ -h "$self" ] && self=$(readlink -f "$self")
node='${node.replaceAll("'", `'\\''`)}'
program=\${self%/*}/main.cjs
options=
case "$1" in
*://*) options='${v8Options.join(' ')}' ;;
inspect | report)
  pipes=\${TMPDIR:-/tmp}/hpki-navi-$$
  if mkdir -m 700 "$pipes" 2>/dev/null; then
    if mkfifo "$pipes/commands" "$pipes/events" 2>/dev/null; then
      # First for both directions: opening one end alone waits for the other.
      exec 3<>"$pipes/commands" 4<>"$pipes/events"
      exec 5<"$pipes/commands" ${commands}>"$pipes/commands" ${events}<"$pipes/events" 8>"$pipes/events" 3>&- 4>&-
      UV_THREADPOOL_SIZE=${cardThreads} "$node" "$program" card-process <&5 >&8 5>&- ${commands}>&- ${events}>&- 8>&- &
      export ${variable}=$!
      exec 5>&- 8>&-
    fi
    rm -r "$pipes"
  fi
  ;;
esac
exec "$node" $options "$program" "$@"
`;
}
