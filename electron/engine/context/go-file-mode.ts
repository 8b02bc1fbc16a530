import { constants } from 'node:fs';

/** Bits of Go's `os.FileMode`, which BuildKit's protocol speaks. */
const bits = {
  folder: 2 ** 31,
  link: 2 ** 27,
  device: 2 ** 26,
  pipe: 2 ** 25,
  socket: 2 ** 24,
  setuid: 2 ** 23,
  setgid: 2 ** 22,
  characterDevice: 2 ** 21,
  sticky: 2 ** 20,
  irregular: 2 ** 19,
} as const;

const anyType = bits.folder + bits.link + bits.device + bits.pipe + bits.socket + bits.characterDevice + bits.irregular;

/** A mode as `lstat` gives it, as Go's `os.FileMode`. From Windows, permissions are what fsutil makes of them. */
export function goFileMode(mode: number, windows: boolean = process.platform === 'win32'): number {
  const permissions = windows ? (mode & 0o755) | 0o111 : mode & 0o777;
  return (
    typeBits(mode & constants.S_IFMT) +
    permissions +
    (mode & 0o4000 ? bits.setuid : 0) +
    (mode & 0o2000 ? bits.setgid : 0) +
    (mode & 0o1000 ? bits.sticky : 0)
  );
}

/** Whether a Go mode is of this type; `file` is a regular file. */
export function isType(
  mode: number,
  type: 'file' | 'folder' | 'link' | 'device' | 'characterDevice' | 'pipe',
): boolean {
  return type === 'file' ? !isSet(mode, anyType) : isSet(mode, bits[type]);
}

/** The permission bits of a Go mode as `chmod` takes them. */
export function unixPermissions(mode: number): number {
  const special =
    (isSet(mode, bits.setuid) ? 4 : 0) + (isSet(mode, bits.setgid) ? 2 : 0) + (isSet(mode, bits.sticky) ? 1 : 0);
  return (mode & 0o777) + special * 0o1000;
}

/** Bit operations on the highest bit give negative numbers; only whether they give 0 counts. */
function isSet(mode: number, bit: number): boolean {
  return (mode & bit) !== 0;
}

function typeBits(type: number): number {
  switch (type) {
    case constants.S_IFREG:
      return 0;
    case constants.S_IFDIR:
      return bits.folder;
    case constants.S_IFLNK:
      return bits.link;
    case 0o060000: // S_IFBLK, which Windows doesn't name
      return bits.device;
    case constants.S_IFCHR:
      return bits.device + bits.characterDevice;
    case 0o010000: // S_IFIFO
      return bits.pipe;
    case 0o140000: // S_IFSOCK
      return bits.socket;
    default:
      return bits.irregular;
  }
}
