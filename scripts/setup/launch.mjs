// Running a program that opens a window: a display where there is none, and what Electron wants to hear from root.
import { needsDisplay, startVirtualDisplay } from './display.mjs';
import { runAttached, say } from './shell.mjs';

/** Chromium's sandbox does not work for root. @returns {boolean} */
export function isRoot() {
  return process.platform === 'linux' && process.getuid?.() === 0;
}

/** @param {string} command @param {readonly string[]} args @param {import('node:child_process').SpawnOptions & {endSignal?: NodeJS.Signals}} options */
export async function runWithWindow(command, args, options) {
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...process.env, ...options.env };
  delete env['ELECTRON_RUN_AS_NODE'];
  if (!needsDisplay()) return runAttached(command, args, { ...options, env });
  const screen = await startVirtualDisplay();
  say(`there is no display, so the window opens on a virtual one (Xvfb ${screen.display}), where nobody sees it`);
  try {
    return await runAttached(command, args, { ...options, env: { ...env, DISPLAY: screen.display } });
  } finally {
    screen.stop();
  }
}
