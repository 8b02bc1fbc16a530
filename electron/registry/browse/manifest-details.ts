// Manifests, indexes and configurations as they are shown (OCI image specification; Docker's registry schema 2).
import { isDigest } from '@shared/model/image-reference.ts';
import type { ImageConfig, ImageLayer, IndexEntry, ManifestDetails } from '@shared/model/registry-content.ts';
import type { Manifest } from '../manifest.ts';
import { member, shownList, shownPairs, shownText } from './shown-text.ts';

/** Where an image's configuration is. */
export interface ConfigPlace {
  readonly digest: string;
  readonly size: number;
}

/** Manifests that an index may have, and layers that a manifest may have, before the rest isn't shown. */
const most = 1_000;
/** What images have for a configuration; artifacts have what they like. */
const imageConfigs = new Set([
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
]);

/** What a manifest says, and where the rest of it is. `manifest` has been read: it is JSON of a known kind. */
export function detailsOf(manifest: Manifest): {
  readonly details: ManifestDetails;
  readonly config: ConfigPlace | undefined;
} {
  const json: unknown = JSON.parse(Buffer.from(manifest.bytes).toString());
  const artifactType = shownText(member(json, 'artifactType'));
  const common = {
    digest: manifest.digest,
    mediaType: manifest.mediaType,
    size: manifest.bytes.length,
    ...(artifactType === undefined || artifactType === '' ? {} : { artifactType }),
    annotations: shownPairs(member(json, 'annotations')),
  };
  const entries = member(json, 'manifests');
  if (Array.isArray(entries)) {
    return {
      details: { kind: 'index', ...common, entries: entries.slice(0, most).flatMap((each) => entryOf(each) ?? []) },
      config: undefined,
    };
  }
  const layers = member(json, 'layers');
  const config = descriptorOf(member(json, 'config'));
  const isImage = config !== undefined && imageConfigs.has(config.mediaType);
  return {
    details: {
      kind: 'image',
      ...common,
      ...(isImage || common.artifactType !== undefined || config === undefined
        ? {}
        : { artifactType: config.mediaType }),
      layers: Array.isArray(layers) ? layers.slice(0, most).flatMap((each) => layerOf(each) ?? []) : [],
      layersSize: manifest.compressedSize ?? 0,
    },
    config: isImage ? config : undefined,
  };
}

interface Descriptor extends ConfigPlace {
  readonly mediaType: string;
}

function descriptorOf(value: unknown): Descriptor | undefined {
  const digest = member(value, 'digest');
  const size = member(value, 'size');
  if (typeof digest !== 'string' || !isDigest(digest)) return undefined;
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return undefined;
  return { digest, size, mediaType: shownText(member(value, 'mediaType')) ?? '' };
}

function entryOf(value: unknown): IndexEntry | undefined {
  const descriptor = descriptorOf(value);
  if (descriptor === undefined) return undefined;
  const platform = platformOf(member(value, 'platform'));
  const annotations = member(value, 'annotations');
  const attests =
    member(annotations, 'vnd.docker.reference.type') === 'attestation-manifest'
      ? (shownText(member(annotations, 'vnd.docker.reference.digest')) ?? '')
      : undefined;
  return {
    ...descriptor,
    // An attestation is for no platform, and BuildKit says so with this name.
    ...(platform === undefined || platform === 'unknown/unknown' ? {} : { platform }),
    ...(attests === undefined ? {} : { attests }),
  };
}

function layerOf(value: unknown): ImageLayer | undefined {
  const descriptor = descriptorOf(value);
  if (descriptor === undefined) return undefined;
  const predicate = shownText(member(member(value, 'annotations'), 'in-toto.io/predicate-type'));
  return { ...descriptor, ...(predicate === undefined ? {} : { predicate }) };
}

function platformOf(value: unknown): string | undefined {
  const parts = ['os', 'architecture', 'variant'].map((name) => shownText(member(value, name)) ?? '');
  const text = parts.filter((part) => part !== '').join('/');
  return text === '' ? undefined : text;
}

/** What a configuration says; undefined when it is none. */
export function readConfig(bytes: Uint8Array): ImageConfig | undefined {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return undefined; // its digest is right, so that is how it was pushed
  }
  const config = member(json, 'config');
  const optional = (name: string, value: string | undefined) =>
    value === undefined || value === '' ? {} : { [name]: value };
  return {
    ...optional('created', shownText(member(json, 'created'))),
    ...optional('platform', platformOf(json)),
    ...optional('author', shownText(member(json, 'author'))),
    ...optional('user', shownText(member(config, 'User'))),
    ...optional('workingDirectory', shownText(member(config, 'WorkingDir'))),
    entryPoint: shownList(member(config, 'Entrypoint')),
    command: shownList(member(config, 'Cmd')),
    env: shownList(member(config, 'Env')),
    ports: Object.keys((member(config, 'ExposedPorts') as object | null | undefined) ?? {})
      .slice(0, 100)
      .flatMap((port) => shownText(port) ?? []),
    labels: shownPairs(member(config, 'Labels')),
  };
}
