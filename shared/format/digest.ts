/** The first twelve digits of a digest, as docker shows ids: `sha256:3f2a…` becomes `3f2a90bc1d2e`. Other text stays as it is. */
export function shortDigest(digest: string): string {
  const hex = /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:([0-9a-f]{32,})$/i.exec(digest)?.[1];
  return hex === undefined ? digest : hex.slice(0, 12);
}
