/** How the shells of runs are opened. */

/** Tried in this order; the first that the image has. */
export const shells = [['/bin/bash'], ['/bin/sh'], ['sh'], ['/busybox/sh']] as const;
export const env = ['TERM=xterm-256color'];
