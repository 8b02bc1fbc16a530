import { z } from 'zod';
import { AppFailure, appFailure } from './app-error.ts';

/** `os/architecture[/variant]` in the words of the OCI image specification: `linux/arm64/v8`, never `Linux/x86`. */
export const Platform = z.object({
  os: z.enum(['linux', 'windows']),
  architecture: z.enum(['amd64', '386', 'arm', 'arm64']),
  variant: z.enum(['v6', 'v7', 'v8']).optional(),
});
export type Platform = z.infer<typeof Platform>;

/** With the names that the kernel has, which docker takes too. */
const architectures: Readonly<Record<string, Platform['architecture']>> = {
  amd64: 'amd64',
  x86_64: 'amd64',
  x86: '386',
  i386: '386',
  '386': '386',
  arm: 'arm',
  arm64: 'arm64',
  aarch64: 'arm64',
};

/** As the words about a mistake list them. */
const ofSystem: Readonly<Record<Platform['os'], readonly Platform['architecture'][]>> = {
  linux: ['amd64', '386', 'arm', 'arm64'],
  windows: ['amd64'],
};

/** Of each architecture; the others have none. */
const variants: Readonly<Partial<Record<Platform['architecture'], readonly NonNullable<Platform['variant']>[]>>> = {
  arm: ['v6', 'v7', 'v8'],
  arm64: ['v8'],
};

/**
 * Reads a platform as `az acr` writes it: any case, architecture `amd64` by default, `x86` for `386`
 * (spec: cli-surface 1.1). Windows has `amd64` alone.
 * @throws AppFailure `platform.invalid`: the part that isn't known, what was understood before it, what could have stood there
 */
export function parsePlatform(text: string): Platform {
  const [os = '', arch = 'amd64', variant, ...rest] = text.trim().toLowerCase().split('/');
  const invalid = (part: string, understood: string, known: readonly string[]) =>
    appFailure('platform.invalid', {
      // A dash for none: the words that are made of it have a place for each.
      params: { text, part, understood: understood || '–', known: known.join(', ') || '–' },
      fixes: [{ kind: 'editInputs' }],
    });
  if (os !== 'linux' && os !== 'windows') throw invalid(os, '', Platform.shape.os.options);
  const architecture = architectures[arch];
  const possible = ofSystem[os];
  if (architecture === undefined || !possible.some((each) => each === architecture)) throw invalid(arch, os, possible);
  const plain = `${os}/${architecture}`;
  if (variant === undefined) return { os, architecture };
  const known = variants[architecture] ?? [];
  const found = known.find((each) => each === variant);
  if (found === undefined) throw invalid(variant, plain, known);
  if (rest.length > 0) throw invalid(rest.join('/'), `${plain}/${found}`, []);
  return { os, architecture, variant: found };
}

/** The platform as BuildKit and `docker build --platform` take it. */
export function formatPlatform(platform: Platform): string {
  const { os, architecture, variant } = platform;
  return variant === undefined ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
}

/** A platform as somebody wrote it, in the words that engines take; undefined for one that ACR doesn't know. */
export function knownPlatform(text: string): Platform | undefined {
  try {
    return parsePlatform(text);
  } catch (error) {
    if (error instanceof AppFailure && error.error.code === 'platform.invalid') return undefined;
    throw error;
  }
}

/** Whether both are the same to an engine: `arm64/v8` is `arm64`, and `arm` is `arm/v7` (containerd: platforms, Normalize). */
export function samePlatform(one: Platform, other: Platform): boolean {
  return normalName(one) === normalName(other);
}

function normalName({ os, architecture, variant = architecture === 'arm' ? 'v7' : undefined }: Platform): string {
  return architecture === 'arm64' ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
}

/** Each platform once, in the order of first sight, as {@link samePlatform} tells them apart. */
export function distinctPlatforms(platforms: readonly Platform[]): readonly Platform[] {
  const seen = new Set<string>();
  return platforms.filter((platform) => {
    const name = normalName(platform);
    const isNew = !seen.has(name);
    seen.add(name);
    return isNew;
  });
}
