// For tests: archives that want out of the folder that they are unpacked into, or to do harm within it.
import type { ArchiveFault } from './archive-failure.ts';
import { paxRecords, type RawEntry, rawTar } from './raw-tar-testing.ts';
import type { UnpackOptions } from './unpack-archive.ts';

/** What is to come of one: a refusal, or these paths (a folder with `/` behind, a link with what it says). */
export interface HostileArchive {
  readonly what: string;
  /** `outside` is the absolute path of a folder with a file `secret`, two folders up from the root and down into `canary`. */
  readonly bytes: (outside: string) => Buffer;
  readonly options?: UnpackOptions;
  readonly refused?: ArchiveFault | 'tooLarge';
  readonly kept?: readonly string[];
  readonly skipped?: readonly string[];
}

const file = (name: string, content = 'evil', rest: Partial<RawEntry> = {}): RawEntry => ({ name, content, ...rest });
const folder = (name: string): RawEntry => ({ name, type: '5' });
const link = (name: string, linkname: string): RawEntry => ({ name, type: '2', linkname });
const hard = (name: string, linkname: string): RawEntry => ({ name, type: '1', linkname });
const big = (value: bigint) => {
  const bytes = Buffer.alloc(12);
  bytes.writeBigInt64BE(value, 4);
  bytes[0] = value < 0n ? 0xff : 0x80;
  if (value < 0n) bytes.fill(0xff, 1, 4);
  return bytes;
};
/** Node-tar's CVE-2026-26960: two links that stay inside, each by itself, and leave together. */
const chain = [folder('a/b/c/'), link('a/b/c/up', '../..'), link('a/b/escape', 'c/up/../..')];

type Case = Omit<HostileArchive, 'bytes' | 'what'> & {
  readonly entries?: readonly RawEntry[] | ((outside: string) => readonly RawEntry[]);
  readonly raw?: (archive: Buffer) => Buffer;
};

const cases: Readonly<Record<string, Case>> = {
  // Paths
  'a file above': { entries: [file('../evil')], refused: 'path' },
  'a file far above': { entries: [file('../../canary/evil')], refused: 'path' },
  'a file above, by a detour': { entries: [folder('a/'), file('a/../../evil')], refused: 'path' },
  'a path that comes back': { entries: [file('a/../evil')], refused: 'path' },
  'a folder above': { entries: [folder('../evil/')], refused: 'path' },
  'the folder above itself': { entries: [{ ...folder('..'), mode: 0 }], refused: 'path' },
  'an absolute path': { entries: (outside) => [file(`${outside}/evil`)], refused: 'path' },
  'an absolute path of many slashes': { entries: (outside) => [file(`///${outside}/evil`)], refused: 'path' },
  'a drive': { entries: [file('C:/evil')], refused: 'path' },
  'a drive, backwards': { entries: [file('c:\\evil')], refused: 'path' },
  'a path above in pax': { entries: [file('safe', 'evil', { pax: { path: '../evil' } })], refused: 'path' },
  'a path above in pax for all': {
    entries: [
      { name: 'pax', type: 'g', content: paxRecords({ path: '../evil' }) },
      file('safe', 'evil', { pax: { comment: '' } }),
    ],
    refused: 'path',
  },
  'a path above in GNU’s long name': {
    entries: [{ name: '././@LongLink', type: 'L', content: `../${'x'.repeat(200)}\0` }, file('safe')],
    refused: 'path',
  },
  'a NUL in pax': { entries: [file('safe', 'evil', { pax: { path: 'evil\0.txt' } })], refused: 'path' },
  'a NUL in the header': { entries: [file('cut\0/../../evil')], kept: ['cut'] },
  'a name of 300 bytes': { entries: [file('safe', 'evil', { pax: { path: 'x'.repeat(300) } })], refused: 'path' },
  'a path of 5,000 bytes': { entries: [file('safe', 'evil', { pax: { path: 'x/'.repeat(2500) } })], refused: 'path' },
  'a thousand folders deep': {
    entries: [file('safe', '', { pax: { path: `${'x/'.repeat(1000)}y` } })],
    kept: [...Array.from({ length: 1000 }, (_, depth) => 'x/'.repeat(depth + 1)), `${'x/'.repeat(1000)}y`],
  },
  'no name': { entries: [file('')], refused: 'path' },
  'a file as the root': { entries: [file('./.')], refused: 'path' },
  'a link as the root': { entries: [link('.', '/etc')], refused: 'path' },
  'dots that mean nothing': {
    entries: [file('././/a//./b'), file('...'), file('.. ')],
    kept: ['a/', 'a/b', '...', '.. '],
  },

  // Links
  'a file through a link': { entries: (outside) => [link('l', outside), file('l/evil')], refused: 'link' },
  'a file through a link upwards': { entries: [link('l', '../../canary'), file('l/evil')], refused: 'link' },
  'a file through a link to here': { entries: [link('l', '.'), file('l/evil')], refused: 'link' },
  'a folder through a link': { entries: (outside) => [link('l', outside), folder('l/evil/')], refused: 'link' },
  'a link through a link': { entries: (outside) => [link('l', outside), link('l/evil', 'x')], refused: 'link' },
  'a file through a link that was a folder': {
    entries: (outside) => [folder('a/'), link('a', outside), file('a/evil')],
    refused: 'clash',
  },
  'a file over a link': { entries: (outside) => [link('l', `${outside}/secret`), file('l')], kept: ['l'] },
  'a folder over a link': {
    entries: (outside) => [link('l', outside), folder('l/'), file('l/evil')],
    kept: ['l/', 'l/evil'],
  },
  'modes of a folder that is a link': {
    entries: (outside) => [link('l', outside), { ...folder('l/'), mode: 0o7777 }],
    kept: ['l/'],
  },
  'links that leave together': { entries: [...chain], refused: 'link' },
  'a hard link behind links that leave together': {
    entries: [...chain, hard('exfil', 'a/b/escape/canary/secret')],
    options: { outsideLinks: 'keep' },
    refused: 'link',
  },
  'a file behind links that leave together': {
    entries: [...chain, file('a/b/escape/canary/evil')],
    options: { outsideLinks: 'keep' },
    refused: 'link',
  },
  'a link upwards': { entries: [link('l', '../../canary/secret')], refused: 'link' },
  'an absolute link': { entries: (outside) => [link('l', `${outside}/secret`)], refused: 'link' },
  'an absolute link that is wanted': {
    entries: [link('l', '/bin/sh')],
    options: { outsideLinks: 'keep' },
    kept: ['l -> /bin/sh'],
  },
  'a link upwards by another case of letters': {
    entries: [folder('a/b/'), link('a/b/Up', '../..'), link('a/esc', 'b/uP/..')],
    refused: 'link',
  },
  'links that go round': {
    entries: [link('a', 'b'), link('b', 'a'), link('c', 'c/x')],
    kept: ['a -> b', 'b -> a', 'c -> c/x'],
  },
  'good links': {
    entries: [folder('a/b/'), file('a/f', 'good'), link('a/b/l', '../f'), link('m', './a/../a/b'), hard('h', 'a/f')],
    kept: ['a/', 'a/b/', 'a/b/l -> ../f', 'a/f', 'h', 'm -> ./a/../a/b'],
  },
  'a link to nothing': { entries: [link('l', '')], refused: 'link' },
  'a link in pax': { entries: [{ ...link('l', 'safe'), pax: { linkpath: '../../canary' } }], refused: 'link' },
  'a link with a NUL': { entries: [{ ...link('l', 'safe'), pax: { linkpath: 'x\0y' } }], refused: 'link' },
  'a link of 5,000 bytes': {
    entries: [{ ...link('l', 'safe'), pax: { linkpath: 'x'.repeat(5000) } }],
    refused: 'link',
  },
  'a hard link upwards': { entries: [hard('h', '../../canary/secret')], refused: 'path' },
  'an absolute hard link': { entries: (outside) => [hard('h', `${outside}/secret`)], refused: 'path' },
  'a hard link in pax': {
    entries: [file('f'), { ...hard('h', 'f'), pax: { linkpath: '../../canary/secret' } }],
    refused: 'path',
  },
  'a hard link through a link': { entries: (outside) => [link('l', outside), hard('h', 'l/secret')], refused: 'link' },
  'a hard link to a link, written to': {
    entries: (outside) => [link('l', `${outside}/secret`), hard('h', 'l'), file('h'), file('l')],
    kept: ['h', 'l'],
  },
  'a hard link to a link that leaves': { entries: [link('l', '../../canary/secret'), hard('h', 'l')], refused: 'link' },
  'a hard link to nothing': { entries: [hard('h', 'none')], refused: 'link' },
  'a hard link to what comes later': { entries: [hard('h', 'f'), file('f')], refused: 'link' },
  'a hard link to a folder': { entries: [folder('d/'), hard('h', 'd')], refused: 'link' },
  'a hard link to the root': { entries: [hard('h', '.')], refused: 'link' },
  'a hard link to itself': { entries: [file('f', 'good'), hard('f', 'f')], kept: ['f'] },

  // Entries that meet
  'a file twice': { entries: [file('f', 'first'), file('f', 'last')], kept: ['f'] },
  'a folder twice': { entries: [folder('d/'), file('d/f'), folder('d')], kept: ['d/', 'd/f'] },
  'a folder over a file': { entries: [file('x'), folder('x/'), file('x/f')], kept: ['x/', 'x/f'] },
  'a file over a folder': { entries: [file('x/f'), file('x')], refused: 'clash' },
  'a file in a file': { entries: [file('f'), file('f/x')], refused: 'clash' },
  'two cases of letters': {
    entries: [file('Straße'), file('STRASSE'), file('straße')],
    kept: ['STRASSE', 'Straße', 'straße'],
  },

  // Kinds
  'a device and a pipe': {
    entries: [{ name: 'null', type: '3' }, { name: 'disk', type: '4' }, { name: 'pipe', type: '6' }, file('f')],
    kept: ['f'],
    skipped: ['device null', 'device disk', 'pipe pipe'],
  },
  'a device above': { entries: [{ name: '../null', type: '3' }], refused: 'path' },
  'a volume’s name and what nobody knows': {
    entries: [{ name: 'label', type: 'V' }, { name: 'odd', type: 'Z', content: 'x'.repeat(1000) }, file('f')],
    kept: ['f'],
    skipped: ['unknown label', 'unknown odd'],
  },
  'a file with holes': {
    entries: [file('GNUSparseFile.0/f', 'x', { pax: { 'GNU.sparse.major': '1' } })],
    refused: 'kind',
  },
  'a folder of old': { entries: [file('d/', '')], kept: ['d/'] },
  'a folder of old with content': { entries: [file('d/', 'x'.repeat(700)), file('f')], kept: ['d/', 'f'] },
  'a hard link with content': {
    entries: [file('f'), { ...hard('h', 'f'), content: 'x'.repeat(700) }, file('g')],
    kept: ['f', 'g', 'h'],
  },

  // Sizes
  'a size below zero': { entries: [file('f', '', { size: big(-1024n) })], refused: 'format' },
  'a size beyond all': { entries: [file('f', '', { size: big(2n ** 62n) })], refused: 'tooLarge' },
  'a size beyond all in pax': { entries: [file('f', '', { pax: { size: '1'.repeat(30) } })], refused: 'tooLarge' },
  'a size that is no number': {
    entries: [file('f', '', { size: Buffer.from('nonsense\0\0\0\0') })],
    refused: 'format',
  },
  'a size that is no number in pax': { entries: [file('f', '', { pax: { size: 'many' } })], refused: 'format' },
  'one byte too many': {
    entries: [file('a', 'x'.repeat(600)), file('b', 'x'.repeat(401))],
    options: { bytes: 1000 },
    refused: 'tooLarge',
  },
  'just as many bytes as may be': {
    entries: [file('a', 'x'.repeat(600)), file('b', 'x'.repeat(400))],
    options: { bytes: 1000 },
    kept: ['a', 'b'],
  },
  'one entry too many': {
    entries: [file('a'), folder('b'), link('c', 'a'), hard('d', 'a')],
    options: { entries: 3 },
    refused: 'tooLarge',
  },
  'folders that no entry names': { entries: [file('a/b/c/d')], options: { entries: 3 }, refused: 'tooLarge' },
  'one name very often': {
    entries: Array.from({ length: 101 }, () => file('a')),
    options: { entries: 100 },
    refused: 'tooLarge',
  },
  'a long name of 5 MB': {
    entries: [{ name: 'x', type: 'L', size: Buffer.from('00024000000\0') }, file('f')],
    refused: 'format',
  },

  // What is no archive
  'no byte': { raw: () => Buffer.alloc(0), refused: 'truncated' },
  text: { raw: () => Buffer.from('no archive at all\n'.repeat(100)), refused: 'format' },
  gzip: { raw: () => Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0]), Buffer.alloc(1020, 7)]), refused: 'format' },
  'a wrong checksum': { entries: [file('f', 'x', { checksum: '000000\0 ' })], refused: 'format' },
  'half a header': { raw: (archive) => archive.subarray(0, 300), entries: [file('f')], refused: 'truncated' },
  'half a file': {
    raw: (archive) => archive.subarray(0, 1500),
    entries: [file('f', 'x'.repeat(5000))],
    refused: 'truncated',
  },
  'no end': { raw: (archive) => archive.subarray(0, -1024), entries: [file('f'), folder('d/')], refused: 'truncated' },
  'no end behind zeros': {
    raw: (archive) => archive.subarray(0, -1024),
    entries: [file('f', '\0'.repeat(2048))],
    refused: 'truncated',
  },
  'words behind the end': {
    raw: (archive) => Buffer.concat([archive, Buffer.alloc(512, 'x')]),
    entries: [file('f')],
    refused: 'format',
  },
  'an archive behind the end, upwards': {
    raw: (archive) => Buffer.concat([archive, rawTar([file('../evil')])]),
    entries: [file('f')],
    refused: 'path',
  },
  'nothing in it': { entries: [], kept: [] },
};

export const hostileArchives: readonly HostileArchive[] = Object.entries(cases).map(
  ([what, { entries = [], raw = (archive: Buffer) => archive, ...rest }]) => ({
    what,
    bytes: (outside) => raw(rawTar(typeof entries === 'function' ? entries(outside) : entries)),
    ...rest,
  }),
);
