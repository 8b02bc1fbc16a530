import { z } from 'zod';
import { appFailure } from './app-error.ts';

/** `os/architecture[/variant]` in the words of the OCI image specification: `linux/arm64/v8`, never `Linux/x86`. */
export const Platform = z.object({
  os: z.enum(['linux', 'windows']),
  architecture: z.enum(['amd64', '386', 'arm', 'arm64']),
  variant: z.enum(['v6', 'v7', 'v8']).optional(),
});
export type Platform = z.infer<typeof Platform>;

const architectures: Readonly<Record<string, Platform['architecture']>> = {
  amd64: 'amd64',
  x86: '386',
  '386': '386',
  arm: 'arm',
  arm64: 'arm64',
};

/**
 * Reads a platform as `az acr` writes it: any case, architecture `amd64` by default, `x86` for `386`
 * (spec: cli-surface 1.1).
 * @throws AppFailure `platform.invalid` naming the part that isn't known
 */
export function parsePlatform(text: string): Platform {
  const [os = '', arch = 'amd64', variant, ...rest] = text.trim().toLowerCase().split('/');
  const architecture = architectures[arch];
  const invalid = (part: string) =>
    appFailure('platform.invalid', { params: { text, part }, fixes: [{ kind: 'editInputs' }] });
  if (os !== 'linux' && os !== 'windows') throw invalid(os);
  if (architecture === undefined) throw invalid(arch);
  if (variant !== undefined && variant !== 'v6' && variant !== 'v7' && variant !== 'v8') throw invalid(variant);
  if (rest.length > 0) throw invalid(rest.join('/'));
  return variant === undefined ? { os, architecture } : { os, architecture, variant };
}

/** Whether an engine that says that it has these platforms (`linux/arm/v7`) has this one. Without a variant any of them will do. */
export function offersPlatform(offered: readonly string[], { os, architecture, variant }: Platform): boolean {
  const plain = `${os}/${architecture}`;
  return offered.some(
    (each) => each === plain || (variant === undefined ? each.startsWith(`${plain}/`) : each === `${plain}/${variant}`),
  );
}

/** The platform as BuildKit and `docker build --platform` take it. */
export function formatPlatform(platform: Platform): string {
  const { os, architecture, variant } = platform;
  return variant === undefined ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
}

/** Each platform once, in the order of first sight. */
export function distinctPlatforms(platforms: readonly Platform[]): readonly Platform[] {
  return [...new Map(platforms.map((platform) => [formatPlatform(platform), platform])).values()];
}
