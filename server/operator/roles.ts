import type { OperatorRole } from '../database/index.ts';

/** What a role may do. Support reads; an operator issues and ends as well. */
export type Permission = 'read' | 'issue' | 'end' | 'audit';

const permissions: Record<OperatorRole, readonly Permission[]> = {
  support: ['read'],
  operator: ['read', 'issue', 'end', 'audit'],
};

export function may(role: OperatorRole, permission: Permission): boolean {
  return permissions[role].includes(permission);
}
