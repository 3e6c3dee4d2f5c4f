/** For a look at a file or folder: one that is not there is `none`, one that could not be looked at stays an error. */
export function ifAbsent<T>(none: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return none;
    throw error;
  };
}
