/** gRPC's messages in a stream of bytes: one byte of flags, four of length (big endian), the message. */
import { GrpcStatus, grpcCode } from './status.ts';

const prefixLength = 5;
/** What we take in one message. BuildKit itself sends at most 16 MiB. */
const largestMessage = 64 * 1024 * 1024;

/** A message with its prefix, uncompressed. */
export function frame(message: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(prefixLength + message.length);
  framed[0] = 0;
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, prefixLength);
  return framed;
}

/** Cuts incoming bytes into messages, however they were split on the way. One per direction of a call. */
export class FrameSplitter {
  private parts: Uint8Array[] = [];
  private held = 0;
  /** Bytes to have before there is anything to do: a prefix, or a prefix and its message. */
  private wanted = prefixLength;

  /** The messages that these bytes complete. @throws GrpcStatus for a compressed or oversized message */
  push(chunk: Uint8Array): readonly Uint8Array[] {
    this.parts.push(chunk);
    this.held += chunk.length;
    if (this.held < this.wanted) return [];
    const bytes = this.parts.length === 1 ? chunk : Buffer.concat(this.parts, this.held);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const messages: Uint8Array[] = [];
    let at = 0;
    for (;;) {
      this.wanted = prefixLength;
      if (bytes.length - at < prefixLength) break;
      if (bytes[at] !== 0) throw new GrpcStatus(grpcCode.internal, 'a compressed message, which nobody asked for');
      const length = view.getUint32(at + 1);
      if (length > largestMessage) throw new GrpcStatus(grpcCode.internal, `a message of ${length} bytes`);
      this.wanted = prefixLength + length;
      if (bytes.length - at < this.wanted) break;
      messages.push(bytes.subarray(at + prefixLength, at + this.wanted));
      at += this.wanted;
    }
    this.parts = at === bytes.length ? [] : [bytes.subarray(at)];
    this.held = bytes.length - at;
    return messages;
  }

  /** @throws GrpcStatus when the stream ended inside a message */
  end(): void {
    if (this.held > 0) throw new GrpcStatus(grpcCode.internal, 'the stream ended inside a message');
  }
}
