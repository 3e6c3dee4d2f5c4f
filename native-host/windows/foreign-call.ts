import koffi from 'koffi';

/**
 * Functions of a Windows library, each call on a worker thread: whatever hangs occupies that thread and nothing else.
 * Buffers among the values are kept alive until the call has returned. Results are unsigned 32-bit numbers; a handle
 * comes back in an out parameter or is asked for with `pointer`.
 */
export function foreignLibrary<const N extends string>(
  file: string,
  signatures: Record<N, readonly [result: string, ...parameters: string[]]>,
): { [name in N]: (...values: unknown[]) => Promise<bigint> } {
  const library = koffi.load(file);
  const calls = Object.entries<readonly [string, ...string[]]>(signatures).map(
    ([name, [result, ...parameters]]) => {
      const call = library.func(name, result, parameters);
      const later = (...values: unknown[]) =>
        new Promise<bigint>((resolve, reject) => {
          call.async(...values, (error: unknown, value: number | bigint | undefined) => {
            if (error) reject(error instanceof Error ? error : new Error(String(error)));
            else resolve(values.length >= 0 ? BigInt(value ?? 0) : 0n);
          });
        });
      return [name, later] as const;
    },
  );
  return Object.fromEntries(calls) as { [name in N]: (...values: unknown[]) => Promise<bigint> };
}

/** The same, called at once on the event loop: for many short calls that nothing can hold up. */
export function foreignCalls<const N extends string>(
  file: string,
  signatures: Record<N, readonly [result: string, ...parameters: string[]]>,
): { [name in N]: (...values: unknown[]) => number } {
  const library = koffi.load(file);
  const calls = Object.entries<readonly [string, ...string[]]>(signatures).map(
    ([name, [result, ...parameters]]) => {
      const call = library.func(name, result, parameters);
      return [name, (...values: unknown[]) => Number(call(...values))] as const;
    },
  );
  return Object.fromEntries(calls) as { [name in N]: (...values: unknown[]) => number };
}

/** Copies `length` octets from an address that a call gave. */
export function octetsAt(address: bigint, length: number): Buffer {
  copy ??= koffi.load('kernel32.dll').func('RtlMoveMemory', 'void', ['void *', 'uintptr_t', 'size_t']);
  const octets = Buffer.alloc(length);
  if (address !== 0n && length > 0) copy(octets, address, length);
  return octets;
}

let copy: ((destination: Buffer, source: bigint, length: number) => void) | undefined;
