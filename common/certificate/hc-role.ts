import asn1, { type Asn1 } from 'node-forge/lib/asn1.js';

/** ISO 17090 hcRole attribute inside subjectDirectoryAttributes (2.5.29.9). */
const hcRoleAttribute = '1.0.17090.0.1';

/**
 * The role names in a subjectDirectoryAttributes value:
 * SEQUENCE OF { OID 1.0.17090.0.1, SET OF SET OF SEQUENCE { [0] SET { [0] coding scheme OID, [2] UTF8String role } } }.
 * Anything else in there is passed over: a certificate without a role is valid (MEDIS issues such).
 */
export function hcRolesFromExtension(value: Asn1 | undefined): string[] {
  return children(value)
    .filter((attribute) => attributeType(attribute) === hcRoleAttribute)
    .flatMap((attribute) => roleNames(attribute));
}

function attributeType(attribute: Asn1): string | undefined {
  const type = children(attribute)[0];
  return type?.type === asn1.Type.OID && typeof type.value === 'string'
    ? asn1.derToOid(type.value)
    : undefined;
}

/** Every [2] UTF8String below the attribute, explicitly tagged. */
function roleNames(node: Asn1): string[] {
  const tagged = node.tagClass === asn1.Class.CONTEXT_SPECIFIC && node.type === 2;
  if (tagged) {
    return children(node)
      .filter((text) => text.type === asn1.Type.UTF8 && typeof text.value === 'string')
      .map((text) => Buffer.from(text.value as string, 'latin1').toString('utf8'));
  }
  return children(node).flatMap(roleNames);
}

function children(node: Asn1 | undefined): Asn1[] {
  return Array.isArray(node?.value) ? node.value : [];
}
