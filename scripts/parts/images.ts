// Images for tests, made of Debian's static busybox with no network, and put into registries straight over HTTP:
// no engine is needed, and the digests are the same each time.
import { createHash } from 'node:crypto';
import { mkdir, copyFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { ensurePackages, privateApt } from '../setup/debian.mjs';
import { cachedFolder, exists, userCache } from '../setup/folders.mjs';
import { run, say } from '../setup/shell.mjs';
import { expectOk, json, request } from './http.ts';
import { authorization, type RegistryInfo } from './registry.ts';
import { tar, type TarEntry } from './tar.ts';

export type Architecture = 'amd64' | 'arm64' | '386' | 'arm';

/** What Debian calls them. */
const debianNames = { amd64: 'amd64', arm64: 'arm64', '386': 'i386', arm: 'armhf' } as const;
/** Of those that have one. */
const variants: Partial<Record<Architecture, string>> = { arm64: 'v8', arm: 'v7' };
const variantOf = (architecture: Architecture) => {
  const variant = variants[architecture];
  return variant === undefined ? {} : { variant };
};

export interface ImagePlan {
  /** `base/app` */
  repository: string;
  tag: string;
  /** On top of busybox: a new digest for each new content. */
  files?: Record<string, string | { content: Buffer; mode: number }>;
  architectures?: readonly Architecture[];
  env?: readonly string[];
  cmd?: readonly string[];
  entryPoint?: readonly string[];
  labels?: Record<string, string>;
}

export interface PublishedImage {
  /** `127.0.0.1:5001/base/app:1` */
  ref: string;
  /** Of the manifest list, or of the one manifest. */
  digest: string;
  /** Of each architecture's manifest. */
  manifests: Partial<Record<Architecture, string>>;
}

/** busybox with all its commands in /bin, as `base/busybox:1` of a registry. */
export function publishBusybox(registry: RegistryInfo, architectures: readonly Architecture[] = ['amd64', 'arm64']) {
  return publishImage(registry, { repository: 'base/busybox', tag: '1', architectures });
}

/** An image on busybox, as it would be after somebody's push; with several architectures, behind a manifest list. */
export async function publishImage(registry: RegistryInfo, plan: ImagePlan): Promise<PublishedImage> {
  const { repository, tag } = plan;
  const architectures = plan.architectures ?? ['amd64'];
  const own = Object.entries(plan.files ?? {}).map(([name, content]): TarEntry => ({
    name: name.replace(/^\//, ''),
    ...(typeof content === 'string' ? { content } : content),
  }));
  const made: { architecture: Architecture; digest: string; size: number }[] = [];
  for (const architecture of architectures) {
    const layers = [await busyboxLayer(architecture), ...(own.length > 0 ? [layer(tar(own))] : [])];
    const config = Buffer.from(
      JSON.stringify({
        architecture,
        os: 'linux',
        ...variantOf(architecture),
        created: '2020-01-01T00:00:00Z',
        config: {
          Env: ['PATH=/bin', ...(plan.env ?? [])],
          Cmd: plan.cmd ?? ['sh'],
          ...(plan.entryPoint === undefined ? {} : { Entrypoint: plan.entryPoint }),
          ...(plan.labels === undefined ? {} : { Labels: plan.labels }),
        },
        rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
        history: layers.map(() => ({ created: '2020-01-01T00:00:00Z', created_by: 'slipway test' })),
      }),
    );
    await Promise.all([config, ...layers.map(({ blob }) => blob)].map((blob) => putBlob(registry, repository, blob)));
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
        config: {
          mediaType: 'application/vnd.docker.container.image.v1+json',
          size: config.length,
          digest: sha256(config),
        },
        layers: layers.map(({ blob }) => ({
          mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
          size: blob.length,
          digest: sha256(blob),
        })),
      }),
    );
    const single = architectures.length === 1;
    const digest = await putManifest(registry, repository, single ? tag : sha256(manifest), manifest);
    made.push({ architecture, digest, size: manifest.length });
  }
  const manifests = Object.fromEntries(made.map(({ architecture, digest }) => [architecture, digest]));
  const ref = `${registry.host}/${repository}:${tag}`;
  const only = made.length === 1 ? made[0] : undefined;
  if (only !== undefined) return { ref, digest: only.digest, manifests };
  const list = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.docker.distribution.manifest.list.v2+json',
      manifests: made.map(({ architecture, digest, size }) => ({
        mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
        size,
        digest,
        platform: { architecture, os: 'linux', ...variantOf(architecture) },
      })),
    }),
  );
  return { ref, digest: await putManifest(registry, repository, tag, list), manifests };
}

/** Let an engine have an image of a registry under a name of its own, so that nothing is pulled for it. */
export async function loadImage(
  engine: { host: string },
  registry: RegistryInfo,
  source: string,
  name: string,
): Promise<void> {
  const from = encodeURIComponent(source);
  const login = registry.login;
  const headers =
    login === undefined
      ? {}
      : {
          'x-registry-auth': Buffer.from(
            JSON.stringify({ username: login.user, password: login.password, serveraddress: registry.host }),
          ).toString('base64'),
        };
  const pulled = await expectOk(engine.host, `/images/create?fromImage=${from}`, { method: 'POST', headers });
  const failure = /"error":"([^"]*)"/.exec(pulled.body.toString())?.[1];
  if (failure !== undefined) throw new Error(`pulling ${source}: ${failure}`);
  const [repo = '', tag = 'latest'] = name.split(':');
  await expectOk(engine.host, `/images/${from}/tag?repo=${encodeURIComponent(repo)}&tag=${tag}`, { method: 'POST' });
}

export interface ContainerResult {
  exitCode: number;
  /** Both streams, with the engine's frame headers taken off. */
  output: string;
}

/** Run a container to its end, straight over the engine's API. */
export async function runContainer(
  engine: { host: string },
  image: string,
  command: readonly string[],
  options: { platform?: string; network?: string } = {},
): Promise<ContainerResult> {
  const query = options.platform === undefined ? '' : `?platform=${encodeURIComponent(options.platform)}`;
  const { Id } = await json<{ Id: string }>(engine.host, `/v1.41/containers/create${query}`, {
    method: 'POST',
    json: { Image: image, Cmd: command, HostConfig: { NetworkMode: options.network ?? 'default' } },
  });
  try {
    await expectOk(engine.host, `/containers/${Id}/start`, { method: 'POST' });
    const { StatusCode } = await json<{ StatusCode: number }>(engine.host, `/containers/${Id}/wait`, {
      method: 'POST',
    });
    const logs = await expectOk(engine.host, `/containers/${Id}/logs?stdout=1&stderr=1`);
    return { exitCode: StatusCode, output: withoutFrames(logs.body) };
  } finally {
    await request(engine.host, `/containers/${Id}?force=1&v=1`, { method: 'DELETE' });
  }
}

function withoutFrames(bytes: Buffer): string {
  let text = '';
  for (let at = 0; at + 8 <= bytes.length;) {
    const end = at + 8 + bytes.readUInt32BE(at + 4);
    text += bytes.subarray(at + 8, end).toString();
    at = end;
  }
  return text;
}

/** The file itself: installed for this architecture, out of Debian's package for another. */
export async function busyboxFile(architecture: Architecture): Promise<string> {
  const native = process.arch === 'x64' ? 'amd64' : process.arch;
  const folder = await cachedFolder(path.join(userCache, 'busybox', architecture), async (draft) => {
    if (architecture === native) {
      await ensurePackages(['images']);
      return copyFile('/bin/busybox', path.join(draft, 'busybox'));
    }
    say(`fetching Debian's busybox for ${architecture}: a base image of the tests`);
    const apt = await privateApt({ architecture: debianNames[architecture] });
    await apt.update();
    await mkdir(path.join(draft, 'deb'));
    await apt.unpack(['busybox-static'], path.join(draft, 'deb'));
    const file = (await exists(path.join(draft, 'deb/bin/busybox'))) ? 'deb/bin/busybox' : 'deb/usr/bin/busybox';
    await copyFile(path.join(draft, file), path.join(draft, 'busybox'));
    await run('rm', ['-rf', path.join(draft, 'deb')]);
  });
  return path.join(folder, 'busybox');
}

interface Layer {
  blob: Buffer;
  diffId: string;
}

function layer(bytes: Buffer): Layer {
  return { blob: gzipSync(bytes), diffId: sha256(bytes) };
}

const busyboxLayers = new Map<Architecture, Promise<Layer>>();

function busyboxLayer(architecture: Architecture): Promise<Layer> {
  let made = busyboxLayers.get(architecture);
  if (made === undefined) {
    made = makeBusyboxLayer(architecture);
    busyboxLayers.set(architecture, made);
  }
  return made;
}

async function makeBusyboxLayer(architecture: Architecture): Promise<Layer> {
  const native = await busyboxFile(process.arch === 'x64' ? 'amd64' : 'arm64');
  const commands = (await run(native, ['--list'])).trim().split('\n');
  return layer(
    tar([
      { name: 'bin/' },
      { name: 'bin/busybox', mode: 0o755, content: await readFile(await busyboxFile(architecture)) },
      ...commands.filter((name) => name !== 'busybox').map((name) => ({ name: `bin/${name}`, link: 'busybox' })),
      { name: 'etc/' },
      { name: 'etc/passwd', content: 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' },
      { name: 'etc/group', content: 'root:x:0:\nnogroup:x:65534:\n' },
      { name: 'root/', mode: 0o700 },
      { name: 'tmp/', mode: 0o1777 },
    ]),
  );
}

function sha256(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

async function putBlob(registry: RegistryInfo, repository: string, blob: Buffer): Promise<void> {
  const digest = sha256(blob);
  const headers = authorization(registry.login);
  const there = await request(registry.url, `/v2/${repository}/blobs/${digest}`, { method: 'HEAD', headers });
  if (there.status === 200) return;
  const begun = await expectOk(registry.url, `/v2/${repository}/blobs/uploads/`, { method: 'POST', headers });
  const place = new URL(begun.headers.location ?? '', registry.url);
  place.searchParams.set('digest', digest);
  await expectOk(registry.url, place.pathname + place.search, {
    method: 'PUT',
    headers: { ...headers, 'content-type': 'application/octet-stream' },
    body: blob,
  });
}

async function putManifest(
  registry: RegistryInfo,
  repository: string,
  reference: string,
  manifest: Buffer,
): Promise<string> {
  const { mediaType } = JSON.parse(manifest.toString()) as { mediaType: string };
  await expectOk(registry.url, `/v2/${repository}/manifests/${reference}`, {
    method: 'PUT',
    headers: { ...authorization(registry.login), 'content-type': mediaType },
    body: manifest,
  });
  return sha256(manifest);
}
