/** What passes between the thread that owns a build and the one that serves its session. */
import type { MessagePort } from 'node:worker_threads';
import type { AppError } from '@shared/model/app-error.ts';
import type { Credential } from '../../../engine/ports.ts';
import type { SshForward } from '@shared/model/quick-build.ts';

/** Where a plain `net.connect` reaches the daemon: a unix socket, a named pipe, or a TCP port without TLS. */
export type SocketAddress = { readonly path: string } | { readonly host: string; readonly port: number };

/** How the session's thread gets its connection: by itself, or through the thread that opened it. */
export type SessionRoute =
  { readonly kind: 'socket'; readonly address: SocketAddress } | { readonly kind: 'port'; readonly port: MessagePort };

/** What answers at the other end: Docker with BuildKit inside it, or BuildKit by itself. */
export type DaemonKind = 'docker' | 'buildkit';

/** All that a session needs but what only the owner knows: credentials and secrets are asked for. */
export interface SessionPlan {
  /** Random, one per build. */
  readonly id: string;
  /** The same for each build of a context by this installation: the daemon takes deltas against the last one's files. */
  readonly sharedKey: string;
  /** Shown in the daemon's logs. */
  readonly name: string;
  readonly route: SessionRoute;
  /** How the daemon takes it: by `/session` of Docker's API, or as a call of BuildKit's own. */
  readonly daemon: DaemonKind;
  /** Absolute path for what an exporter hands over; absent where none does. */
  readonly outputFile?: string | undefined;
  /** Absolute folders. */
  readonly context: string;
  readonly dockerfileFolder: string;
  readonly ssh: readonly SshForward[];
  readonly agentSocket: string | undefined;
}

/** What a thread is given to do. It says that it is free again by any message of its own. */
export interface SessionWork {
  readonly plan: SessionPlan;
  readonly port: MessagePort;
}

/** What the session's thread says, on the session's port. */
export type FromSession =
  | { readonly kind: 'ready' }
  /** It could not connect, or the daemon would not have it. `status` is HTTP's, where it came to an answer. */
  | { readonly kind: 'refused'; readonly status: number | undefined; readonly message: string }
  /** Why the context could not be sent: the build fails of it, with other words. */
  | { readonly kind: 'failed'; readonly error: AppError }
  | { readonly kind: 'credential'; readonly question: number; readonly host: string }
  | { readonly kind: 'secret'; readonly question: number; readonly id: string }
  /** Totals so far. */
  | { readonly kind: 'sent'; readonly bytes: number; readonly files: number }
  | { readonly kind: 'context'; readonly problem: 'vanished' | 'unsupported'; readonly path: string };

/** What it is told: that it is over, or an answer to one of its questions. */
export type ToSession = { readonly kind: 'close' } | SessionAnswer;

export type SessionAnswer = { readonly question: number } & (
  | { readonly kind: 'credential'; readonly credential: Credential | undefined }
  | { readonly kind: 'secret'; readonly data: Uint8Array | undefined }
  | { readonly kind: 'failed'; readonly message: string }
);
