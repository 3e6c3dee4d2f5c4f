import { access, open, rename, rm } from 'node:fs/promises';
import { backup, DatabaseSync } from 'node:sqlite';

/**
 * Copies an SQLite database that may be in use, all of it as of one moment, to a file that must not be there yet. The
 * copy is checked and on the disk before it gets its name.
 */
export async function backUpSqlite(from: string, to: string): Promise<{ pages: number }> {
  if (await exists(to)) throw new Error('there is a file of that name already');
  const draft = `${to}.part`;
  await rm(draft, { force: true });
  // For nobody else from its first octet.
  await open(draft, 'wx', 0o600).then((file) => file.close());
  const source = new DatabaseSync(from, { readOnly: true });
  try {
    // In one step: one of several begins anew with each write of the platform's, and might never end.
    const pages = await backup(source, draft, { rate: 1_000_000_000 });
    check(draft);
    const file = await open(draft, 'r+');
    await file.sync().finally(() => file.close());
    await rename(draft, to);
    return { pages };
  } finally {
    source.close();
    await rm(draft, { force: true });
  }
}

function check(file: string): void {
  const copy = new DatabaseSync(file, { readOnly: true });
  try {
    const [row] = copy.prepare('pragma integrity_check').all();
    if (row?.['integrity_check'] !== 'ok') throw new Error('the copy is damaged');
  } finally {
    copy.close();
  }
}

const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );
