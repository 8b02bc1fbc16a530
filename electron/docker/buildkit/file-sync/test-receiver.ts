/** For tests: fsutil's receiving side, in this process, which keeps a folder like the one that is sent. */
import { chmodSync, linkSync, lstatSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { BinaryReader } from '@bufbuild/protobuf/wire';
import type { ServerStream } from '../grpc/stream.ts';
import { packetType } from './packet.ts';

/** A STAT as it came. */
export interface ReceivedStat {
  readonly path: string;
  readonly mode: number;
  readonly size: number;
  readonly mtime: bigint;
  readonly linkname: string;
  readonly deviceMajor: number;
  readonly deviceMinor: number;
}

export interface ReceivedPacket {
  readonly type: number;
  readonly stat: ReceivedStat | undefined;
  readonly id: number;
  readonly data: Uint8Array;
}

/** What one sync was. */
export interface Received {
  readonly stats: readonly ReceivedStat[];
  /** Paths of which the content was asked for. */
  readonly requested: readonly string[];
  readonly bytes: number;
}

/** Where a receiver does otherwise than it should, or lets the test do something. */
export interface Behavior {
  /** Whether to ask for the content; by default of what is new or differs. */
  readonly wants?: (stat: ReceivedStat) => boolean;
  /** Just before the content is asked for. */
  readonly beforeRequest?: (stat: ReceivedStat) => void;
  /** When a chunk came. */
  readonly onData?: (stat: ReceivedStat) => void;
  /** Asks for these as well when all STATs are there. */
  readonly alsoRequest?: readonly number[];
  /** Instead of FIN. */
  readonly last?: 'error' | 'leave';
}

/** Decodes a packet without any help of the sender's code. */
export function readPacket(message: Uint8Array): ReceivedPacket {
  const reader = new BinaryReader(message);
  let type: number = packetType.stat;
  let stat: ReceivedStat | undefined;
  let id = 0;
  let data: Uint8Array = new Uint8Array();
  while (reader.pos < reader.len) {
    const [field] = reader.tag();
    if (field === 1) type = reader.int32();
    else if (field === 2) stat = readStat(reader.bytes());
    else if (field === 3) id = reader.uint32();
    else if (field === 4) data = reader.bytes();
    else throw new Error(`no such field: ${field}`);
  }
  return { type, stat, id, data };
}

function readStat(bytes: Uint8Array): ReceivedStat {
  const reader = new BinaryReader(bytes);
  const stat = { path: '', mode: 0, size: 0, mtime: 0n, linkname: '', deviceMajor: 0, deviceMinor: 0 };
  while (reader.pos < reader.len) {
    const [field] = reader.tag();
    if (field === 1) stat.path = reader.string();
    else if (field === 2) stat.mode = reader.uint32();
    else if (field === 5) stat.size = Number(reader.int64());
    else if (field === 6) stat.mtime = BigInt(reader.int64());
    else if (field === 7) stat.linkname = reader.string();
    else if (field === 8) stat.deviceMajor = Number(reader.int64());
    else if (field === 9) stat.deviceMinor = Number(reader.int64());
    else throw new Error(`no such field: ${field}`);
  }
  return stat;
}

/** A call in this process: what is written is read by {@link receive}, what is said is read by the method. */
export class TestCall implements ServerStream {
  readonly metadata: ReadonlyMap<string, readonly string[]>;
  readonly #abort = new AbortController();
  readonly #room: number;
  readonly #toReceiver: Uint8Array[] = [];
  readonly #toSender: (Uint8Array | null)[] = [];
  #wakeReceiver: (() => void) | undefined;
  #wakeSender: (() => void) | undefined;
  #waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];

  /** @param room messages that may be queued before the writer is asked to wait */
  constructor(metadata: Readonly<Record<string, readonly string[]>>, room = 32) {
    this.metadata = new Map(Object.entries(metadata));
    this.#room = room;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  write(message: Uint8Array): boolean {
    this.#toReceiver.push(message);
    this.#wakeReceiver?.();
    return this.#toReceiver.length < this.#room;
  }

  drained(): Promise<void> {
    if (this.#abort.signal.aborted) return Promise.reject(new Error('cut off'));
    if (this.#toReceiver.length < this.#room) return Promise.resolve();
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  async *messages(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const next = this.#toSender.shift();
      if (next === null) return;
      if (next !== undefined) yield next;
      else await new Promise<void>((resolve) => (this.#wakeSender = resolve));
      if (this.#abort.signal.aborted) throw new Error('cut off');
    }
  }

  /** The receiver's next packet. */
  async next(): Promise<ReceivedPacket> {
    for (;;) {
      const message = this.#toReceiver.shift();
      if (message !== undefined) {
        for (const { resolve } of this.#waiting.splice(0)) resolve();
        return readPacket(message);
      }
      await new Promise<void>((resolve) => (this.#wakeReceiver = resolve));
    }
  }

  /** Says something to the sender. */
  say(type: number, id = 0, data = ''): void {
    const head = [0x08, type, 0x18];
    for (let rest = id; ; rest = Math.floor(rest / 128)) {
      head.push(rest > 127 ? (rest % 128) + 128 : rest);
      if (rest <= 127) break;
    }
    const text = data === '' ? [] : [0x22, data.length, ...Buffer.from(data)];
    this.#toSender.push(Uint8Array.from([...head, ...text]));
    this.#wakeSender?.();
  }

  /** Says nothing any more. */
  leave(): void {
    this.#toSender.push(null);
    this.#wakeSender?.();
  }

  /** The connection goes away. */
  cutOff(): void {
    this.#abort.abort(new Error('cut off'));
    for (const { reject } of this.#waiting.splice(0)) reject(new Error('cut off'));
    this.#wakeSender?.();
  }
}

/** A folder that is kept like another one, sync by sync. Remembers the STATs as the engine does. */
export class Replica {
  readonly root: string;
  #known = new Map<string, ReceivedStat>();

  constructor(root: string) {
    this.root = root;
  }

  /**
   * Takes part in one call. @throws Error with the sender's words when it sent ERR, or when it broke the protocol: STATs
   * out of order, entries without their folder, links to nothing, content that wasn't asked for or is not as announced.
   */
  async receive(call: TestCall, behavior: Behavior = {}): Promise<Received> {
    const stats: ReceivedStat[] = [];
    const requested: string[] = [];
    const open = new Map<number, Uint8Array[]>();
    let bytes = 0;
    let ended = false;
    while (!ended || open.size > 0) {
      const packet = await call.next();
      if (packet.type === packetType.error) throw new Error(Buffer.from(packet.data).toString());
      if (packet.type === packetType.data) {
        bytes += packet.data.length;
        this.#takeData(packet, stats, open, behavior);
      } else if (packet.stat === undefined) {
        ended = true;
        for (const id of behavior.alsoRequest ?? []) call.say(packetType.request, id);
        if ((behavior.alsoRequest ?? []).length > 0) open.set(-1, []);
      } else {
        const { stat } = packet;
        checkOrder(stats.at(-1), stat);
        stats.push(stat);
        if (!this.#takeStat(stat, stats, behavior)) continue;
        behavior.beforeRequest?.(stat);
        requested.push(stat.path);
        open.set(stats.length - 1, []);
        call.say(packetType.request, stats.length - 1);
      }
    }
    this.#removeOthers(stats);
    if (behavior.last === 'error') call.say(packetType.error, 0, 'no space left');
    else if (behavior.last === 'leave') call.leave();
    else call.say(packetType.fin);
    if (behavior.last === undefined && (await call.next()).type !== packetType.fin) throw new Error('expected FIN');
    return { stats, requested, bytes };
  }

  /** Whether the content is wanted. */
  #takeStat(stat: ReceivedStat, before: readonly ReceivedStat[], { wants }: Behavior): boolean {
    const place = path.join(this.root, stat.path);
    const known = this.#known.get(stat.path);
    const isFolder = stat.mode >= 2 ** 31;
    const same =
      known !== undefined &&
      known.mode === stat.mode &&
      known.linkname === stat.linkname &&
      (isFolder || (known.size === stat.size && known.mtime === stat.mtime));
    const isFile = (stat.mode & 0x8f28_0000) === 0;
    if (wants !== undefined) return isFile && wants(stat);
    if (same) return false;
    this.#known.set(stat.path, stat);
    if (!isFolder || lstatSync(place, { throwIfNoEntry: false })?.isDirectory() === false) {
      rmSync(place, { recursive: true, force: true });
    }
    if (isFolder) {
      mkdirSync(place, { recursive: true });
      chmodSync(place, permissionsOf(stat));
    } else if ((stat.mode & (2 ** 27)) !== 0) {
      symlinkSync(stat.linkname, place);
    } else if (isFile && stat.linkname !== '') {
      if (!before.some((earlier) => earlier.path === stat.linkname)) throw new Error(`${stat.path} links to nothing`);
      linkSync(path.join(this.root, stat.linkname), place);
    } else if (isFile) {
      // Links to it may come before its content does.
      writeFileSync(place, '');
      return true;
    }
    return false;
  }

  #takeData(
    { id, data }: ReceivedPacket,
    stats: readonly ReceivedStat[],
    open: Map<number, Uint8Array[]>,
    { wants, onData }: Behavior,
  ): void {
    const chunks = open.get(id);
    const stat = stats[id];
    if (chunks === undefined || stat === undefined) throw new Error(`nobody asked for ${id}`);
    if (data.length > 0) {
      if (wants === undefined) chunks.push(data);
      onData?.(stat);
      return;
    }
    open.delete(id);
    if (wants !== undefined) return;
    const content = Buffer.concat(chunks);
    if (content.length !== stat.size) throw new Error(`${stat.path} has ${content.length} bytes, not ${stat.size}`);
    writeFileSync(path.join(this.root, stat.path), content, { mode: permissionsOf(stat) });
    chmodSync(path.join(this.root, stat.path), permissionsOf(stat));
  }

  #removeOthers(stats: readonly ReceivedStat[]): void {
    const there = new Set(stats.map((stat) => stat.path));
    for (const known of this.#known.keys()) {
      if (there.has(known)) continue;
      this.#known.delete(known);
      const parents = known
        .split('/')
        .slice(0, -1)
        .map((_, index, parts) => parts.slice(0, index + 1).join('/'));
      // A folder that became a file took what was in it along.
      const inFolder = parts(parents, this.#known);
      if (inFolder) rmSync(path.join(this.root, known), { recursive: true, force: true });
    }
  }
}

function parts(parents: readonly string[], known: ReadonlyMap<string, ReceivedStat>): boolean {
  return parents.every((parent) => (known.get(parent)?.mode ?? 0) >= 2 ** 31);
}

function permissionsOf({ mode }: ReceivedStat): number {
  const special = [23, 22, 20].map((bit) => ((mode & (1 << bit)) === 0 ? 0 : 1));
  return (mode & 0o777) + Number.parseInt(special.join(''), 2) * 0o1000;
}

/** fsutil's validator: in the order of bytes, folders first, each in its folder. */
function checkOrder(before: ReceivedStat | undefined, stat: ReceivedStat): void {
  const key = (place: string) => Buffer.from(place.replaceAll('/', '\0'));
  if (before !== undefined && Buffer.compare(key(before.path), key(stat.path)) >= 0) {
    throw new Error(`out of order: ${before.path}, ${stat.path}`);
  }
}
