/** The frame that sent a message: the parts of Electron's `WebFrameMain` that matter. */
export interface SenderFrame {
  readonly url: string;
  readonly parent: object | null;
}

/**
 * Whether a message comes from our own page: a main frame that shows an address of our origin. `null` is a frame that is gone.
 * (Electron's security checklist, 17: validate the sender of all IPC messages.)
 */
export function isOurPage(frame: SenderFrame | null, pageUrl: string): boolean {
  return frame !== null && frame.parent === null && isSameSite(frame.url, pageUrl);
}

/** Same scheme, host and port. `URL.origin` is `null` for schemes of our own, so the parts are compared. */
export function isSameSite(one: string, other: string): boolean {
  if (!URL.canParse(one) || !URL.canParse(other)) return false;
  const [a, b] = [new URL(one), new URL(other)];
  return a.protocol === b.protocol && a.host === b.host;
}
