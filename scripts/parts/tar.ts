// A tar whose bytes depend on its content alone (no times, no owners), so that the digests of test images never change.

export interface TarEntry {
  /** Without a leading slash; a folder ends in `/`. */
  name: string;
  mode?: number;
  content?: string | Buffer;
  /** A symbolic link to this. */
  link?: string;
}

export function tar(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap((entry) => {
    const content = Buffer.from(entry.content ?? '');
    const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
    return [header(entry, content.length), content, padding];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

function header(entry: TarEntry, size: number): Buffer {
  if (Buffer.byteLength(entry.name) > 100) throw new Error(`a name of at most 100 bytes, please: ${entry.name}`);
  const folder = entry.name.endsWith('/');
  const block = Buffer.alloc(512);
  const octal = (value: number, at: number, length: number) =>
    block.write(value.toString(8).padStart(length - 1, '0') + '\0', at);
  block.write(entry.name, 0);
  octal(entry.mode ?? (folder || entry.link !== undefined ? 0o755 : 0o644), 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  block.write('        ', 148);
  block.write(folder ? '5' : entry.link !== undefined ? '2' : '0', 156);
  if (entry.link !== undefined) block.write(entry.link, 157);
  block.write('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(sum.toString(8).padStart(6, '0') + '\0 ', 148);
  return block;
}
