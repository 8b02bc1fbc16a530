/** How the shells of runs are opened. */
import type { ContainerSystem } from '@shared/model/step-places.ts';

/** Tried in this order; the first that the image has. */
export const shells: Readonly<Record<ContainerSystem, readonly (readonly string[])[]>> = {
  linux: [['/bin/bash'], ['/bin/sh'], ['sh'], ['/busybox/sh']],
  windows: [['powershell.exe'], ['cmd.exe']],
};
export const env = ['TERM=xterm-256color'];
