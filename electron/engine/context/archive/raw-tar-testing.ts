// For tests: archives made by hand, with headers that no packer writes.

/** One entry. What isn't given is what a decent packer would write. */
export interface RawEntry {
  readonly name: string;
  /** The type flag: `0` file, `1` hard link, `2` symbolic link, `3` and `4` devices, `5` folder, `6` pipe, `x` and `g` pax, `L` GNU's long name. */
  readonly type?: string;
  readonly content?: string | Buffer;
  readonly linkname?: string;
  readonly mode?: number;
  /** The raw twelve bytes of the size. */
  readonly size?: Buffer;
  readonly mtime?: number;
  /** Overrides what the header says, for this entry: pax records. */
  readonly pax?: Readonly<Record<string, string>>;
  /** Not the one that the header would have. */
  readonly checksum?: string;
}

const blockSize = 512;

/** The archive, with its end. */
export function rawTar(entries: readonly RawEntry[]): Buffer {
  return Buffer.concat([...entries.map(rawEntry), Buffer.alloc(2 * blockSize)]);
}

/** One entry alone, without an end. */
export function rawEntry(entry: RawEntry): Buffer {
  const { pax, content = '' } = entry;
  const body = Buffer.from(content);
  const before = pax === undefined ? [] : [rawEntry({ name: 'PaxHeader', type: 'x', content: paxRecords(pax) })];
  return Buffer.concat([...before, header(entry, body.length), padded(body)]);
}

/** `length key=value\n`, where the length counts itself. */
export function paxRecords(records: Readonly<Record<string, string>>): Buffer {
  return Buffer.concat(
    Object.entries(records).map(([key, value]) => {
      const rest = Buffer.from(` ${key}=${value}\n`);
      let length = rest.length;
      while (length !== rest.length + String(length).length) length = rest.length + String(length).length;
      return Buffer.concat([Buffer.from(String(length)), rest]);
    }),
  );
}

function header(
  { name, type = '0', linkname = '', mode, size, mtime = 1e9, checksum }: RawEntry,
  length: number,
): Buffer {
  const block = Buffer.alloc(blockSize);
  const octal = (value: number, at: number, width: number) =>
    block.write(`${value.toString(8).padStart(width - 1, '0')}\0`, at);
  block.write(name.slice(0, 100), 0);
  octal(mode ?? (type === '5' ? 0o755 : 0o644), 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  if (size === undefined) octal(length, 124, 12);
  else size.copy(block, 124);
  octal(mtime, 136, 12);
  block.write('        ', 148);
  block.write(type, 156);
  block.write(linkname.slice(0, 100), 157);
  block.write('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(checksum ?? `${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function padded(body: Buffer): Buffer {
  return Buffer.concat([body, Buffer.alloc((blockSize - (body.length % blockSize)) % blockSize)]);
}
