/** The acts of `scenario-testing.ts`, played in this process for the strict fake. */
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ContainerMount, ContainerSpec, OnOutput } from '../../ports/containers.ts';

/** Files by absolute path, as Linux writes it: `c:\a` is `/a`, `d:\a` is `/d/a`. */
export type Files = Map<string, Buffer>;

/** A container, as its acts see it. */
export interface Stage {
  readonly spec: ContainerSpec;
  readonly files: { read(name: string): Buffer | undefined; write(name: string, data: Buffer): void };
  /** Whether another container is found under this name. */
  readonly isReached: (name: string) => boolean;
  readonly mistake: (text: string) => Error;
  readonly stop: AbortSignal;
}

/** Plays what stands behind the script's name; answers the exit code. */
export async function playActs({ spec, files, isReached, mistake, stop }: Stage, onOutput: OnOutput): Promise<number> {
  const say = (text: string) => onOutput('stdout', Buffer.from(`${text}\n`), Date.now());
  const number = (file: string) => Number(files.read(file)?.toString() ?? 0);
  if (spec.entryPoint?.[0] === '/bin/echo') {
    say(spec.args.slice(1).join(' '));
    return 0;
  }
  const words = spec.args.slice(2);
  const take = () => words.shift() ?? '';
  while (words.length > 0) {
    const act = take();
    switch (act) {
      case 'print':
        say(take());
        break;
      case 'complain':
        onOutput('stderr', Buffer.from(`${take()}\n`), Date.now());
        break;
      case 'write':
        files.write(take(), Buffer.from(`${take()}\n`));
        break;
      case 'read': {
        const data = files.read(take());
        if (data === undefined) return 1;
        onOutput('stdout', data, Date.now());
        break;
      }
      case 'await': {
        const file = take();
        while (files.read(file) === undefined) await delay(5, undefined, { signal: stop });
        break;
      }
      case 'env': {
        const name = take();
        say(spec.env.findLast((each) => each.startsWith(`${name}=`)) ?? `${name}=`);
        break;
      }
      case 'folder':
        say(spec.workingDirectory ?? '/');
        break;
      case 'user':
        say(spec.user ?? '0');
        break;
      case 'reach':
        if (!isReached(take())) return 1;
        break;
      case 'count': {
        const file = take();
        const calls = number(file) + 1;
        files.write(file, Buffer.from(`${calls}\n`));
        say(`call ${calls}`);
        break;
      }
      case 'until': {
        const [file, wanted] = [take(), take()];
        if (number(file) < Number(wanted)) return 9;
        break;
      }
      case 'stay':
        for (;;) await delay(60_000, undefined, { signal: stop });
      case 'stubborn': // nothing here is killed more gently than by SIGKILL
        break;
      case 'exit':
        return Number(take());
      default:
        throw mistake(`no act: ${act}`);
    }
  }
  return 0;
}

/** The files of a container: its own, and those of the volumes that are mounted. */
export function filesOf(spec: ContainerSpec, own: Files, volume: (name: string) => Files): Stage['files'] {
  const mounts = spec.mounts.flatMap((mount: ContainerMount) =>
    mount.kind === 'volume' ? [{ volume: mount.volume, path: plainPath(mount.path) }] : [],
  );
  const place = (name: string): readonly [Files, string] => {
    const absolute = path.posix.resolve(plainPath(spec.workingDirectory ?? '/'), plainPath(name));
    const mount = mounts.find((each) => absolute === each.path || absolute.startsWith(`${each.path}/`));
    return mount === undefined ? [own, absolute] : [volume(mount.volume), absolute.slice(mount.path.length) || '/'];
  };
  return {
    read(name) {
      const [files, file] = place(name);
      return files.get(file);
    },
    write(name, data) {
      const [files, file] = place(name);
      files.set(file, data);
    },
  };
}

function plainPath(text: string): string {
  const place = text.replace(/^c:/i, '').replace(/^([A-Za-z]):/, (_, drive: string) => `/${drive.toLowerCase()}`);
  return place.replaceAll('\\', '/');
}
