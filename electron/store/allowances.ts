import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { writeFailure } from '@shared/model/app-error.ts';
import { TaskPermission } from '@shared/model/quick-run.ts';

/** What a person has allowed tasks to do, once for each. Shared by window and command line. */
export interface Allowances {
  /** By the task's identity: the path of its file, or its text where it has none. */
  of(task: string): readonly TaskPermission[];
  /** @throws `disk.full` */
  add(task: string, permissions: readonly TaskPermission[]): void;
  /** @throws `disk.full` */
  remove(task: string): void;
}

const Stored = z.record(z.string(), z.array(TaskPermission));

/** Opens `<home>/allowances.json`. What can't be read allows nothing. */
export function openAllowances(home: string): Allowances {
  const file = path.join(home, 'allowances.json');
  const read = (): Readonly<Record<string, readonly TaskPermission[]>> => {
    try {
      const stored = Stored.safeParse(JSON.parse(readFileSync(file, 'utf8')));
      return stored.success ? stored.data : {};
    } catch {
      return {}; // none yet, or no JSON: then the person is asked again
    }
  };
  const write = (allowances: Readonly<Record<string, readonly TaskPermission[]>>) => {
    try {
      mkdirSync(home, { recursive: true, mode: 0o700 });
      writeFileSync(`${file}.draft`, JSON.stringify(allowances), { mode: 0o600 });
      renameSync(`${file}.draft`, file);
    } catch (error) {
      throw writeFailure(error, file);
    }
  };
  const keyOf = (task: string) => createHash('sha256').update(task).digest('hex');
  return {
    of: (task) => read()[keyOf(task)] ?? [],
    add(task, permissions) {
      const before = read();
      const key = keyOf(task);
      write({ ...before, [key]: [...new Set([...(before[key] ?? []), ...permissions])] });
    },
    remove(task) {
      const { [keyOf(task)]: _gone, ...others } = read();
      write(others);
    },
  };
}
