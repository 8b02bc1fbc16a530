import { setImmediate } from 'node:timers/promises';
import { AppFailure } from '@shared/model/app-error.ts';
import type { BuildEvent } from '../../../engine/ports.ts';
import { isType } from '../../../engine/context/go-file-mode.ts';
import { walk } from '../../../engine/context/walk.ts';
import { type AnnouncedFile, readAnnouncedFile } from '../../../engine/context/announced-file.ts';
import { GrpcStatus, grpcCode } from '../grpc/status.ts';
import type { ServerStream } from '../grpc/stream.ts';
import { dataHeaderRoom, dataPacket, endOfStats, errorPacket, fin, readReceiverPacket, statPacket } from './packet.ts';
import { askedFolder, askedSelection, type SyncedFolder } from './synced-folder.ts';

/** What is told while files are synced. */
export interface FileSyncEvents {
  /**
   * More was sent since the last time: bytes of packets, and files whose content was asked for. Several calls may go on at
   * once, so these are no totals. Told a few times a second, and once at the end.
   */
  onSent(bytes: number, files: number): void;
  /** An entry that could not be sent as it is. With `vanished` the call fails as well. */
  onProblem(problem: Extract<BuildEvent, { kind: 'context' }>['problem'], path: string): void;
}

/** Files of which the content is on its way at once. */
const lanes = 4;
/** The longest that the loop is held, in ms: health checks are answered by the same thread. */
const slice = 8;
/** The time between two tellings of progress, in ms. */
const pace = 100;

/**
 * Answers one `moby.filesync.v1.FileSync/DiffCopy`: fsutil's protocol, on the sender's side. STATs of all that the call
 * selects go out depth first; meanwhile the receiver asks for the content of what it hasn't got, by the place in that order.
 *
 * The receiver is told of a failure (ERR) before this rejects, so that it doesn't take half a folder for a whole one.
 *
 * @throws `context.changed`, `context.unreadable`, `dockerfile.invalid` (a pattern that Docker refuses); GrpcStatus for a
 *   folder that isn't shared, and when the receiver gives up or breaks the protocol
 */
export async function serveDiffCopy(
  stream: ServerStream,
  folders: ReadonlyMap<string, SyncedFolder>,
  events: FileSyncEvents,
): Promise<void> {
  const name = askedFolder(stream.metadata);
  const folder = folders.get(name);
  if (folder === undefined) throw new GrpcStatus(grpcCode.notFound, `no folder is shared as "${name}"`);
  try {
    await new Transfer(stream, folder, events).run();
  } catch (error) {
    if (!stream.signal.aborted) stream.write(errorPacket(describe(error)));
    if (error instanceof AppFailure && error.error.params.change === 'vanished') {
      events.onProblem('vanished', String(error.error.params.path));
    }
    throw error;
  }
}

class Transfer {
  readonly #stream: ServerStream;
  readonly #folder: SyncedFolder;
  readonly #events: FileSyncEvents;
  /** By their place among the STATs: announced, not asked for yet. */
  readonly #announced = new Map<number, AnnouncedFile>();
  #asked: number[] = [];
  #answered = 0;
  #busyLanes = 0;
  #over = false;
  #bytes = 0;
  #files = 0;
  #lastTold = performance.now();

  constructor(stream: ServerStream, folder: SyncedFolder, events: FileSyncEvents) {
    this.#stream = stream;
    this.#folder = folder;
    this.#events = events;
  }

  /** Resolves when the receiver has all that it wants. Whatever fails first ends the rest. */
  async run(): Promise<void> {
    try {
      await new Promise<void>((resolve, reject) => {
        this.#announce().catch(reject);
        this.#answer(reject).then(resolve, reject);
      });
    } finally {
      this.#over = true;
      this.#tellProgress();
    }
  }

  async #announce(): Promise<void> {
    const selection = askedSelection(this.#stream.metadata, this.#folder);
    let id = 0;
    let sliceStart = performance.now();
    const entries = walk(this.#folder.root, selection, ({ reason, path }) => {
      if (reason === 'unsupported') this.#events.onProblem(reason, path);
    });
    for (const entry of entries) {
      if (isType(entry.mode, 'file')) {
        this.#announced.set(id, { path: entry.path, size: entry.size });
      }
      id++;
      if (!this.#write(statPacket(entry))) await this.#stream.drained();
      if (performance.now() - sliceStart > slice) {
        await setImmediate();
        sliceStart = performance.now();
      }
      if (this.#over) return;
    }
    this.#write(endOfStats);
  }

  async #answer(fail: (error: unknown) => void): Promise<void> {
    for await (const message of this.#stream.messages()) {
      const packet = readReceiverPacket(message);
      switch (packet.kind) {
        case 'request':
          this.#asked.push(packet.id);
          this.#files++;
          if (this.#busyLanes < lanes) this.#sendAsked().catch(fail);
          break;
        case 'fin':
          this.#write(fin);
          return;
        case 'error':
          throw new GrpcStatus(grpcCode.unknown, `error from receiver: ${packet.message}`);
      }
    }
    throw new GrpcStatus(grpcCode.cancelled, 'the receiver left before it had all files');
  }

  /** One lane: sends what was asked for, in that order, until nothing is left. */
  async #sendAsked(): Promise<void> {
    this.#busyLanes++;
    let sliceStart = performance.now();
    for (let id = this.#nextAsked(); id !== undefined && !this.#over; id = this.#nextAsked()) {
      const file = this.#announced.get(id);
      if (file === undefined) throw new GrpcStatus(grpcCode.invalidArgument, `invalid file request ${id}`);
      this.#announced.delete(id);
      await readAnnouncedFile(this.#folder.root, file, dataHeaderRoom, (buffer, length) =>
        this.#send(dataPacket(id, buffer, length)),
      );
      await this.#send(dataPacket(id, Buffer.allocUnsafe(dataHeaderRoom), 0));
      if (performance.now() - sliceStart > slice) {
        await setImmediate();
        sliceStart = performance.now();
      }
    }
    this.#busyLanes--;
  }

  #nextAsked(): number | undefined {
    const id = this.#asked[this.#answered++];
    if (id !== undefined) return id;
    this.#asked = [];
    this.#answered = 0;
    return undefined;
  }

  async #send(packet: Uint8Array): Promise<void> {
    if (!this.#write(packet)) await this.#stream.drained();
    // What is still under way elsewhere gives up here.
    if (this.#over) throw new GrpcStatus(grpcCode.cancelled, 'the transfer is over');
  }

  #write(packet: Uint8Array): boolean {
    this.#bytes += packet.length;
    if (performance.now() - this.#lastTold > pace) this.#tellProgress();
    return this.#stream.write(packet);
  }

  #tellProgress(): void {
    if (this.#bytes > 0 || this.#files > 0) this.#events.onSent(this.#bytes, this.#files);
    this.#bytes = 0;
    this.#files = 0;
    this.#lastTold = performance.now();
  }
}

function describe(error: unknown): string {
  if (!(error instanceof AppFailure)) return error instanceof Error ? error.message : String(error);
  const { code, params } = error.error;
  return [code, params.path, params.change, params.pattern].filter((word) => word !== undefined).join(' ');
}
