import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { driverReaderPlaces } from './driver-reader-places.ts';

export interface CardTool {
  /** As the Start menu shows it, or its file's. */
  name: string;
  path: string;
  how: string;
}

/**
 * The driver's card tools. The manual (error guide 1) names 「HPKIカードツール」 and in it 「リーダーライタ選択ツール」; their
 * files are not known, so the Start menu and the driver's folders are looked through for these names, the selection
 * tool first.
 */
const names: readonly RegExp[] = [
  /リーダー?[・／/]?ライタ?ー?.*選択|リーダー選択|reader ?(?:writer)? ?select/i,
  /HPKI.*カード.*ツール/i,
  /HPKI.*card ?tool/i,
];
/** Folders below each place that are looked into. */
const depth = 3;
/** Entries of each place that are looked at. */
const entryLimit = 2000;

interface Place {
  folder: string;
  how: string;
  /** What can be opened there. A shortcut counts by its folder's name too, a program by its own alone. */
  kind: 'shortcut' | 'program';
}

const endings = { shortcut: /\.lnk$/i, program: /\.exe$/i } as const;

/**
 * Tools by name, best first: shortcuts of the Start menus, then programs in `driverFolders` and in the folders of
 * Program Files that may be the driver's.
 */
export async function cardTools(
  environment: NodeJS.ProcessEnv = process.env,
  driverFolders: readonly string[] = [],
): Promise<CardTool[]> {
  const places: Place[] = [
    ...startMenus(environment).map((folder) => ({ folder, how: 'Start menu', kind: 'shortcut' as const })),
    ...driverFolders.map((folder) => ({ folder, how: 'Uninstall', kind: 'program' as const })),
    ...(await programFolders(environment)).map((folder) => ({
      folder,
      how: 'Program Files',
      kind: 'program' as const,
    })),
  ];
  const found = (await Promise.all(places.map(toolsIn))).flat().sort((a, b) => a.rank - b.rank);
  return found
    .filter(({ path }, index) => found.findIndex((other) => other.path === path) === index)
    .map(({ name, path, how }) => ({ name, path, how }));
}

function startMenus(environment: NodeJS.ProcessEnv): string[] {
  return [environment['ProgramData'], environment['APPDATA']]
    .filter((base) => base !== undefined)
    .map((base) => join(base, 'Microsoft', 'Windows', 'Start Menu', 'Programs'));
}

/** Folders of Program Files with the names of tools, or of what the driver may be called. */
async function programFolders(environment: NodeJS.ProcessEnv): Promise<string[]> {
  const bases = [environment['ProgramFiles'], environment['ProgramFiles(x86)']];
  const named = (name: string) =>
    rankOf(name) !== undefined || driverReaderPlaces.some(({ pattern }) => pattern.test(name));
  const listed = bases
    .filter((base) => base !== undefined)
    .map(async (base) => (await readdir(base).catch(() => [])).filter(named).map((name) => join(base, name)));
  return (await Promise.all(listed)).flat();
}

async function toolsIn({ folder: top, how, kind }: Place): Promise<(CardTool & { rank: number })[]> {
  const ending = endings[kind];
  const found: (CardTool & { rank: number })[] = [];
  let seen = 0;
  const look = async (folder: string, level: number, inherited: number | undefined): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (++seen > entryLimit) return;
      const path = join(folder, entry.name);
      const rank = rankOf(entry.name);
      if (entry.isDirectory()) {
        const below = rank === undefined ? inherited : Math.min(inherited ?? rank + 10, rank + 10);
        if (level < depth) await look(path, level + 1, kind === 'shortcut' ? below : undefined);
      } else if (ending.test(entry.name) && !/unins|setup|アンインストール/i.test(entry.name)) {
        const best = rank ?? inherited;
        if (best !== undefined) found.push({ name: entry.name.replace(ending, ''), path, how, rank: best });
      }
    }
  };
  await look(top, 0, undefined);
  return found;
}

function rankOf(name: string): number | undefined {
  const rank = names.findIndex((pattern) => pattern.test(name.normalize('NFKC')));
  return rank < 0 ? undefined : rank;
}
