import { type Bytes, contextConstructed, oid, sequence, set, utf8String } from '../der.ts';

/** Subject directory attributes, the extension in which ISO 17090-3 puts the healthcare role. */
export const SUBJECT_DIRECTORY_ATTRIBUTES = '2.5.29.9';

/** The code system of Japan's healthcare roles (HPKI certificate policy). */
export const ROLE_CODE_SYSTEM = '1.2.392.100495.1.6.1.1';

const HC_ROLE_ATTRIBUTE = '1.0.17090.0.1';

/** The value of a 2.5.29.9 extension with exactly one hcRole (ISO 17090-3; HPKI certificate policy). */
export function encodeHcRole(role: string): Bytes {
  const codedRole = set(
    contextConstructed(0, oid(ROLE_CODE_SYSTEM)),
    contextConstructed(2, utf8String(role)),
  );
  const attribute = sequence(oid(HC_ROLE_ATTRIBUTE), set(set(sequence(contextConstructed(0, codedRole)))));
  return sequence(attribute);
}
