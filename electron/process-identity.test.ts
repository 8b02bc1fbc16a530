import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { currentProcess, isAlive, processWithId } from './process-identity.ts';

async function sleeper() {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const identity = processWithId(child.pid ?? 0);
  if (identity === undefined) throw new Error('it has just started');
  return { child, identity };
}

describe('a process identity', () => {
  it('is that of a process that runs', () => {
    expect(currentProcess().pid).toBe(process.pid);
    expect(isAlive(currentProcess())).toBe(true);
  });

  it('stays the same while the process runs, and is dead once it was killed', async () => {
    const { child, identity } = await sleeper();
    try {
      expect(processWithId(identity.pid)).toEqual(identity);
      expect(isAlive(identity)).toBe(true);
    } finally {
      child.kill('SIGKILL');
    }
    await once(child, 'exit');
    expect(isAlive(identity)).toBe(false);
    expect(processWithId(identity.pid)).toBeUndefined();
  });

  it.runIf(process.platform === 'linux')('does not outlive a process that nobody has reaped yet', async () => {
    // sh becomes sleep, and sleep never asks how its child ended.
    const parent = spawn('sh', ['-c', 'sh -c "sleep 0.1" & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    try {
      expect(processWithId(pid)).toBeDefined();
      await expect.poll(() => processWithId(pid), { timeout: 10_000 }).toBeUndefined();
    } finally {
      parent.kill('SIGKILL');
    }
  });

  it('tells a process from an earlier one with the same number', async () => {
    const { child, identity } = await sleeper();
    try {
      const earlier = process.platform === 'win32' ? '1' : `${identity.started}1`;
      expect(isAlive({ pid: identity.pid, started: earlier })).toBe(false);
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('can be a part of a file name', () => {
    expect(currentProcess().started).toMatch(/^[0-9A-Za-z.]+$/);
  });
});
