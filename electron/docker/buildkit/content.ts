import { createHash } from 'node:crypto';
import type { BuildKitEngine } from './engine.ts';
import { openCalls } from './engine.ts';
import { bytes, int, message, string } from './proto/message.ts';

/** `containerd.services.content.v1`, which BuildKit offers of the store that it builds into. */
const ReadContentRequest = message({ digest: string(1), offset: int(2), size: int(3) });
const ReadContentResponse = message({ offset: int(1), data: bytes(2) });

/**
 * Reads a blob of an engine with containerd's image store: a manifest, or what one names. Checked against its digest.
 * @throws GrpcStatus where it has no such blob; Error for more than `maxBytes` or other bytes; as {@link openCalls}
 */
export async function readContent(
  engine: Pick<BuildKitEngine, 'connect' | 'daemon'>,
  digest: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const calls = await openCalls(engine, signal);
  try {
    const chunks: Uint8Array[] = [];
    let length = 0;
    const request = ReadContentRequest.encode({ digest });
    for await (const answer of calls.stream('/containerd.services.content.v1.Content/Read', request, signal)) {
      const { data } = ReadContentResponse.decode(answer);
      length += data.length;
      if (length > maxBytes) throw new Error(`${digest} has more than ${maxBytes} bytes`);
      chunks.push(data);
    }
    const content = Buffer.concat(chunks);
    const [algorithm = ''] = digest.split(':');
    if (`${algorithm}:${createHash(algorithm).update(content).digest('hex')}` !== digest)
      throw new Error(`what the engine has for ${digest} is something else`);
    return content;
  } finally {
    calls.close();
  }
}
