import type { TaskPermission, TaskPreview } from '@shared/model/quick-run.ts';
import type { FormProblem } from './form.ts';
import { missingPermissions } from './permissions.ts';

/** Why a task can't be run now, the first thing that has to be done about it. */
export type RunBlocker =
  | { readonly kind: 'form'; readonly count: number }
  /** No image was named yet. */
  | { readonly kind: 'command' }
  /** What it would do has not been read yet. */
  | { readonly kind: 'unread' }
  /** What it would do can't be told: the file is gone, the main process failed. */
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'errors'; readonly count: number }
  | { readonly kind: 'permissions'; readonly missing: readonly TaskPermission[] }
  | { readonly kind: 'secrets'; readonly ids: readonly string[] };

interface RunState {
  readonly formProblems: readonly FormProblem[];
  readonly preview: TaskPreview | undefined;
  readonly failed: boolean;
  readonly allow: readonly TaskPermission[];
}

/** The reason that Run is off, undefined when nothing stands in the way. */
export function runBlocker({ formProblems, preview, failed, allow }: RunState): RunBlocker | undefined {
  const wrong = formProblems.filter((problem) => problem.field !== 'command').length;
  if (wrong > 0) return { kind: 'form', count: wrong };
  if (formProblems.length > 0) return { kind: 'command' };
  if (failed) return { kind: 'unreadable' };
  if (preview === undefined) return { kind: 'unread' };
  const errors = preview.findings.filter((finding) => finding.severity === 'error').length;
  if (errors > 0 || preview.task === undefined) return { kind: 'errors', count: errors };
  const missing = missingPermissions(preview, allow);
  if (missing.length > 0) return { kind: 'permissions', missing };
  const ids = preview.secrets.filter(({ source }) => source === 'missing').map((secret) => secret.id);
  return ids.length > 0 ? { kind: 'secrets', ids } : undefined;
}
