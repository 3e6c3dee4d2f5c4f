const name = 'own-keys';
/** A shared phone has a few; of more than these the oldest are forgotten. */
const most = 8;

/**
 * Credential ids that this phone made, newest first. Android before 9 makes keys that are found only by their id
 * (WebAuthn Level 3, 1.2.4: server-side credentials), so the phone keeps the id for when nobody has said yet who is there.
 */
export function ownKeys(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(name) ?? '[]');
    return Array.isArray(kept) ? kept.filter((id) => typeof id === 'string').slice(0, most) : [];
  } catch {
    // Storage is switched off: phones whose keys are found without their id need none.
    return [];
  }
}

/** Notes a key that was just made, before anyone knows whether the server takes it: it asks only for those in use. */
export function rememberKey(id: string): void {
  try {
    const others = ownKeys().filter((other) => other !== id);
    localStorage.setItem(name, JSON.stringify([id, ...others].slice(0, most)));
  } catch {
    // As above.
  }
}
