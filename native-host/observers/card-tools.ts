import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface CardTool {
  /** As the Start menu shows it. */
  name: string;
  path: string;
  how: string;
}

/**
 * The driver's card tools. The manual (error guide 1) names 「HPKIカードツール」 and in it 「リーダーライタ選択ツール」; their
 * files are not known, so the Start menu is looked through for these names, the selection tool first.
 */
const names: readonly RegExp[] = [
  /リーダー?[・／/]?ライタ?ー?.*選択|リーダー選択/,
  /HPKI.*カード.*ツール/i,
  /HPKI.*card ?tool/i,
];
/** Folders below the Start menu that are looked into. */
const depth = 3;
const entryLimit = 2000;

/** Shortcuts of the Start menus, best first. Folders of these names count for what is in them. */
export async function cardTools(environment: NodeJS.ProcessEnv = process.env): Promise<CardTool[]> {
  const found: (CardTool & { rank: number })[] = [];
  let seen = 0;
  const look = async (folder: string, level: number, inherited: number): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (++seen > entryLimit) return;
      const path = join(folder, entry.name);
      const rank = rankOf(entry.name);
      if (entry.isDirectory()) {
        if (level < depth)
          await look(path, level + 1, rank === undefined ? inherited : Math.min(inherited, 10 + rank));
      } else if (/\.lnk$/i.test(entry.name) && !/uninstall|アンインストール/i.test(entry.name)) {
        const best = rank ?? (inherited < Number.POSITIVE_INFINITY ? inherited : undefined);
        if (best !== undefined) {
          found.push({ name: entry.name.replace(/\.lnk$/i, ''), path, how: 'Start menu', rank: best });
        }
      }
    }
  };
  for (const base of [environment['ProgramData'], environment['APPDATA']]) {
    if (base)
      await look(join(base, 'Microsoft', 'Windows', 'Start Menu', 'Programs'), 0, Number.POSITIVE_INFINITY);
  }
  return found.sort((a, b) => a.rank - b.rank).map(({ name, path, how }) => ({ name, path, how }));
}

function rankOf(name: string): number | undefined {
  const rank = names.findIndex((pattern) => pattern.test(name.normalize('NFKC')));
  return rank < 0 ? undefined : rank;
}
