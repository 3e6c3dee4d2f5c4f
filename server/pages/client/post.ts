export interface Answer {
  status: number;
  body: unknown;
}

/** Posts JSON to our own server. Throws when it cannot be reached, or when it does not answer with JSON. */
export async function post(path: string, body: unknown): Promise<Answer> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    credentials: 'same-origin',
  });
  return { status: response.status, body: response.status === 204 ? null : await response.json() };
}

/** Where the server says to go, if it does. */
export function nextOf({ body }: Answer): string | undefined {
  if (typeof body !== 'object' || body === null || !('next' in body)) return undefined;
  return typeof body.next === 'string' ? body.next : undefined;
}
