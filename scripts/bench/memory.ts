// What memory a process takes, as the kernel counts it.
import { readFileSync, writeFileSync } from 'node:fs';

/** Bytes that this process holds now, garbage collected where it can be; from here on {@link highestMemory} counts anew. */
export function restingMemory(): number {
  globalThis.gc?.();
  writeFileSync('/proc/self/clear_refs', '5');
  return inStatus('VmRSS');
}

/** The most that it held since, in bytes. */
export function highestMemory(): number {
  return inStatus('VmHWM');
}

function inStatus(name: 'VmRSS' | 'VmHWM'): number {
  const kilobytes = new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  if (kilobytes === undefined) throw new Error(`this kernel does not tell ${name}`);
  return Number(kilobytes) * 1024;
}
