import { set } from './docker-environment.ts';
import type { SearchWorld } from './strategy.ts';

/** XDG_RUNTIME_DIR, else where systemd puts it: programs started from a menu or by cron may lack the variable. */
export function runtimeFolders({ env, uid }: SearchWorld): readonly string[] {
  const told = set(env['XDG_RUNTIME_DIR']);
  if (told !== undefined) return [told];
  return uid === undefined || uid === 0 ? [] : [`/run/user/${uid}`];
}
