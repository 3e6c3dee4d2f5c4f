/**
 * User names that a page shows. Only what looks like one of the registration's names is looked at, with the label that
 * says so, or with the suffix that only they carry; examples in an explanation are not anybody's name.
 */

const labelled =
  /(?:username|ユーザー?名|ユーザーid|本人id|ログインid|登録者id)\s*[:：]?\s*([frt]?[a-z]{0,5}\d[0-9a-z]{0,11}(?:-[a-z]{2,10})?)(?![\w-])/giu;
const suffixed = /(?<![\w-])([frt]?[a-z]{0,5}\d{1,8}-jpa)(?![\w-])/giu;

/** How far back 「例」 makes a name an example. */
const exampleReach = 60;

/** @param plainText what a person sees, and the values of text fields, with spaces and lines kept */
export function usernamesInText(plainText: string): string[] {
  const text = plainText.normalize('NFKC');
  const found = new Set<string>();
  for (const pattern of [labelled, suffixed]) {
    for (const match of text.matchAll(pattern)) {
      const name = match[1];
      const before = text.slice(Math.max(0, match.index - exampleReach), match.index + match[0].length);
      if (name && !/例[:えば]|\(例|e\.g\.|example/i.test(before)) found.add(name.toLowerCase());
    }
  }
  return [...found].slice(0, 8);
}
