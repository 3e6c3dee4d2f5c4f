/**
 * On Linux, asks the kernel to end this process when the host ends, however it ends and whatever hangs here.
 * Elsewhere, and as well: the host's end of the pipe closes.
 */
export async function endWithParent(): Promise<void> {
  if (process.platform !== 'linux') return;
  const parent = process.ppid;
  try {
    const { default: koffi } = await import('koffi');
    const prctl = koffi
      .load('libc.so.6')
      .func('int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)');
    prctl(1 /* PR_SET_PDEATHSIG */, 9 /* SIGKILL */, 0, 0, 0);
  } catch {
    return; // without koffi (the pcsclite backend alone) the pipe has to do
  }
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}
