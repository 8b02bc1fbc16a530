/** The longest name of a file or folder that file systems take, in bytes of UTF-8. */
const longestName = 255;

/** Names that Windows gives another meaning, and characters that it doesn't take (learn.microsoft.com, "Naming Files, Paths, and Namespaces"). */
const windowsDevice =
  /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])(?:\s*[.:].*)?$/i;
// oxlint-disable-next-line no-control-regex
const notOnWindows = /[<>:"|?*\\\u0000-\u001f]|[. ]$/;

/** Why a path of an archive isn't taken, in English. */
export class BadPath extends Error {}

/**
 * Reads the path of an archive's entry, or what a hard link names. Answers the names along it; none for the root itself.
 * `.` and doubled slashes are dropped. On Windows, what means another place or another file there is refused as well.
 * @throws {@link BadPath} for a path that leads elsewhere, or that no file system has
 */
export function parseEntryPath(
  text: string,
  longestPath: number,
  windows: boolean = process.platform === 'win32',
): readonly string[] {
  if (text.includes('\0')) throw new BadPath('the path has a NUL');
  if (text.startsWith('/') || /^[A-Za-z]:[\\/]/.test(text)) throw new BadPath('the path is absolute');
  if (Buffer.byteLength(text) > longestPath) throw new BadPath(`the path is longer than ${longestPath} bytes`);
  const names = text.split('/').filter((name) => name !== '' && name !== '.');
  for (const name of names) {
    if (name === '..') throw new BadPath('the path leads upwards');
    if (Buffer.byteLength(name) > longestName) throw new BadPath(`a name is longer than ${longestName} bytes`);
    if (windows && (notOnWindows.test(name) || windowsDevice.test(name)))
      throw new BadPath('Windows has no such file name');
  }
  return names;
}
