import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LocalRegistryStatus } from '@shared/model/local-registry.ts';

/** How the local registry stood when it was last looked at: told without an engine. */
export interface LocalRegistryNote {
  /** Undefined where there was none. */
  get(): LocalRegistryStatus | undefined;
  /** It is no more than a note: where there is no room it isn't kept. */
  put(status: LocalRegistryStatus): void;
}

/** Opens `<home>/local-registry.json`. What can't be read is as good as none. */
export function openLocalRegistryNote(home: string): LocalRegistryNote {
  const file = path.join(home, 'local-registry.json');
  const draft = `${file}.${process.pid}.draft`;
  return {
    get() {
      try {
        const stored = LocalRegistryStatus.safeParse(JSON.parse(readFileSync(file, 'utf8')));
        return stored.success ? stored.data : undefined;
      } catch {
        return undefined; // none yet, or no JSON
      }
    },
    put(status) {
      try {
        switch (status.state) {
          case 'noEngine':
            return;
          case 'absent':
            rmSync(file, { force: true });
            return;
          case 'running':
          case 'stopped':
            mkdirSync(home, { recursive: true, mode: 0o700 });
            writeFileSync(draft, JSON.stringify(status), { mode: 0o600 });
            renameSync(draft, file);
        }
      } catch (error) {
        process.emitWarning(
          `the local registry could not be noted: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    },
  };
}
