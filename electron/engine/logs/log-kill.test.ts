import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createRunLogs } from './run-logs.ts';
import { victimLine } from './log-kill.lines.ts';

const runner = path.join(import.meta.dirname, '../../../scripts/run-ts.mjs');
const victim = path.join(import.meta.dirname, 'log-kill.victim.ts');

let home: string;

beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'slipway-kill-'));
});

afterEach(() => rmSync(home, { recursive: true, force: true }));

/** Runs a process that writes a log without end and kills it at some moment after its first words; gives what it announced last. */
async function killed(runId: string, limitBytes: number, moment: number): Promise<number> {
  const child = spawn(process.execPath, [runner, victim, home, runId, String(limitBytes)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  let announced = '';
  for await (const data of child.stdout) {
    if (announced === '') setTimeout(() => child.kill('SIGKILL'), moment);
    announced = (announced + String(data)).slice(-100);
  }
  const last = announced.slice(0, announced.lastIndexOf('\n')).split('\n').at(-1);
  expect(await ended).toEqual([null, 'SIGKILL']);
  return Number(last);
}

it('a kill at any of twenty moments loses nothing that was announced, and leaves no half line', async () => {
  const logs = createRunLogs({ home, clock: { now: () => 0 } });
  for (let round = 1; round <= 20; round++) {
    const runId = `ca${round}`;
    const announced = await killed(runId, 1_073_741_824, Math.random() * 60);
    const whole = await logs.repair(runId);
    expect(announced).toBeGreaterThan(0);
    expect(whole).toBeGreaterThanOrEqual(announced);
    const lines = await logs.lines(runId, 1, whole);
    expect(lines.map(({ line }) => line)).toEqual(Array.from({ length: whole }, (_, index) => index + 1));
    const wrong = lines.find(
      ({ line, text, stepId }) => text !== victimLine(line).text || stepId !== victimLine(line).stepId,
    );
    expect(wrong).toBeUndefined();
    await logs.remove(runId);
  }
}, 120_000);

it('a kill beyond the limit loses nothing that was announced, and keeps the end', async () => {
  const logs = createRunLogs({ home, clock: { now: () => 0 } });
  for (let round = 1; round <= 5; round++) {
    const runId = `ca${round}`;
    const announced = await killed(runId, 65_536, 20 + Math.random() * 60);
    const whole = await logs.repair(runId);
    expect(whole).toBeGreaterThanOrEqual(announced);
    const output = (await logs.lines(runId, 1, whole)).filter(({ stream }) => stream === 'stdout');
    const numbers = output.filter(({ stepId }) => stepId === 'one').map(({ text }) => Number(/\d+/.exec(text)?.[0]));
    expect(numbers).toEqual([...numbers].sort((one, two) => one - two));
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(await logs.repair(runId)).toBe(whole);
    await logs.remove(runId);
  }
}, 60_000);
