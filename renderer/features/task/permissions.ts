import type { TaskPermission, TaskPreview } from '@shared/model/quick-run.ts';

/** A permission that a task asks for, with everything that wants it. */
export interface PermissionRequest {
  readonly permission: TaskPermission;
  readonly uses: readonly { readonly step: string; readonly detail: string }[];
  /** Allowed for this task by an earlier run. */
  readonly remembered: boolean;
  /** Allowed by the person now, or earlier. */
  readonly allowed: boolean;
}

/** In the order of their weight. */
const order: readonly TaskPermission[] = [
  'privileged',
  'dockerSocket',
  'hostMounts',
  'hostNetwork',
  'sshKeys',
  'keyVaultSecrets',
];

/**
 * What the task asks for, one entry a permission. The preview must have been asked for without `allow`, so that its `allowed`
 * tells what was allowed before.
 */
export function permissionRequests(
  preview: Pick<TaskPreview, 'permissions'>,
  allow: readonly TaskPermission[],
): readonly PermissionRequest[] {
  return order.flatMap((permission): PermissionRequest[] => {
    const asked = preview.permissions.filter((each) => each.permission === permission);
    if (asked.length === 0) return [];
    // One use that is not allowed is asked for again, whatever was allowed beside it.
    const remembered = asked.every((each) => each.allowed);
    const uses = asked.map(({ step, detail }) => ({ step, detail }));
    return [{ permission, uses, remembered, allowed: remembered || allow.includes(permission) }];
  });
}

/** Those that nobody has allowed yet. */
export function missingPermissions(
  preview: Pick<TaskPreview, 'permissions'>,
  allow: readonly TaskPermission[],
): readonly TaskPermission[] {
  return permissionRequests(preview, allow)
    .filter((each) => !each.allowed)
    .map((each) => each.permission);
}

/**
 * What the run is allowed: of what was switched on, only what the task asks for now. A permission for a step that was edited
 * away is not carried along.
 */
export function allowedNow(
  preview: Pick<TaskPreview, 'permissions'>,
  allow: readonly TaskPermission[],
): readonly TaskPermission[] {
  return permissionRequests(preview, allow)
    .filter((each) => each.allowed)
    .map((each) => each.permission);
}

/** Switches a permission on or off. */
export function setAllowed(
  allow: readonly TaskPermission[],
  permission: TaskPermission,
  allowed: boolean,
): readonly TaskPermission[] {
  const others = allow.filter((each) => each !== permission);
  return allowed ? [...others, permission] : others;
}
