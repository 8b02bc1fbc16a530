// The part of an LFS server that a checkout needs: the batch interface, and the files.
// https://github.com/git-lfs/git-lfs/blob/main/docs/api/batch.md
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import type http from 'node:http';
import path from 'node:path';

/** Keeps a file, and answers the pointer that stands for it in a repository. */
export async function putLfsObject(folder: string, content: Buffer): Promise<string> {
  const oid = createHash('sha256').update(content).digest('hex');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, oid), content);
  return `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${content.length}\n`;
}

interface Batch {
  readonly objects: readonly { readonly oid: string; readonly size: number }[];
}

/**
 * Answers what is asked below `…/info/lfs/`.
 * @param base the address that ends before that
 * @param place what comes behind it
 */
export function answerLfs(
  folder: string,
  base: string,
  place: string,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): void {
  const oid = /^objects\/([0-9a-f]{64})$/.exec(place)?.[1];
  if (oid !== undefined) {
    request.resume();
    createReadStream(path.join(folder, oid))
      .on('error', () => response.writeHead(404).end())
      .pipe(response);
    return;
  }
  const chunks: Buffer[] = [];
  request.on('data', (data: Buffer) => chunks.push(data));
  request.on('end', () => {
    if (place !== 'objects/batch') return void response.writeHead(404).end();
    const { objects } = JSON.parse(Buffer.concat(chunks).toString()) as Batch;
    const answers = objects.map(async (object) => {
      const there = await stat(path.join(folder, object.oid)).catch(() => undefined);
      return there === undefined
        ? { ...object, error: { code: 404, message: 'no such object' } }
        : {
            ...object,
            authenticated: true,
            actions: {
              download: {
                href: `${base}/info/lfs/objects/${object.oid}`,
                header:
                  request.headers.authorization === undefined ? {} : { authorization: request.headers.authorization },
              },
            },
          };
    });
    Promise.all(answers).then(
      (all) =>
        response
          .writeHead(200, { 'content-type': 'application/vnd.git-lfs+json' })
          .end(JSON.stringify({ transfer: 'basic', objects: all })),
      () => response.writeHead(500).end(),
    );
  });
}
