import type { TestPki } from '../lab/pki/index.ts';

/**
 * What would say who somebody is: names and numbers in the certificates of the lab's persons, and their certificates
 * themselves. The user name is left out where it has its place: the registration platform's table of people, and its
 * pages.
 */
export function personalWords(pki: TestPki, options: { usernames?: boolean } = {}): string[] {
  const words = new Set<string>();
  for (const person of Object.values(pki.persons)) {
    for (const issued of [person.authentication, person.signature]) {
      if (!issued) continue;
      const { der } = issued.certificate;
      // A stretch from the middle of the public key: nobody else's certificate has it.
      const middle = Buffer.from(der.slice(300, 330));
      words.add(middle.toString('hex'));
      words.add(middle.toString('base64').slice(1, 36));
      for (const [, value] of issued.subject) {
        const isUsername = value.toLowerCase() === person.username?.toLowerCase();
        if (value.length > 4 && !isUsername) words.add(value);
      }
    }
    if (options.usernames && person.username !== undefined) words.add(person.username);
  }
  return [...words];
}

/** The words that occur in a text, without regard to case. */
export function found(words: readonly string[], text: string): string[] {
  const folded = text.toLowerCase();
  return words.filter((word) => folded.includes(word.toLowerCase()));
}
