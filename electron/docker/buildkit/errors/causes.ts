/**
 * What a failed build's text means, as a table: the words of BuildKit 0.8 (Docker 20.10) to 0.24 (28.5), and of the
 * registries' client inside it.
 */
import type { AppErrorCode, Fix } from '@shared/model/app-error.ts';
import { emulationFixes } from '@shared/model/emulation.ts';
import { unknownPlatforms } from '../../unknown-platforms.ts';

/** A reason that could be told from the words. */
export interface Cause {
  readonly code: AppErrorCode;
  readonly params: Readonly<Record<string, string | number>>;
  readonly fixes: readonly Fix[];
  /** Another file than the Dockerfile. */
  readonly file?: string;
  /** Where the words give it, from 1. */
  readonly line?: number;
  /** Texts of the Dockerfile that the words quote: where they stand is the place. */
  readonly quoted?: readonly string[];
}

/** The texts that a cause is looked for in. */
export interface FailedWords {
  /** Of the error. */
  readonly text: string;
  /** The name of the vertex that failed, or empty. */
  readonly vertex: string;
  /** The end of that vertex's output, or empty. */
  readonly output: string;
  /** The platforms that were asked for. */
  readonly platform: string;
}

type Rule = (words: FailedWords) => Cause | undefined;

const edit: readonly Fix[] = [{ kind: 'editInputs' }];
const retry: readonly Fix[] = [{ kind: 'retry' }];

/** The first rule that knows it decides. */
const rules: readonly Rule[] = [
  ({ text, output }) =>
    /no space left on device/i.test(text) || /no space left on device\s*$/i.test(output)
      ? { code: 'disk.full', params: {}, fixes: retry }
      : undefined,
  ({ text, output, platform }) =>
    /exec format error/.test(text) || /exec format error/.test(output)
      ? { code: 'platform.noEmulation', params: { platform }, fixes: emulationFixes }
      : undefined,
  // "on" came later.
  matching(/dockerfile parse error (?:on )?line (\d+): (.*)/s, ([, line, message = '']) => ({
    code: 'dockerfile.invalid',
    params: { message },
    fixes: retry,
    line: Number(line),
    quoted: [/unknown instruction: (\S+)/i.exec(message)?.[1] ?? '', /unknown flag: -*(\S+)/i.exec(message)?.[1] ?? ''],
  })),
  ({ text, vertex }) =>
    text === 'syntax error in pattern' && vertex === ''
      ? { code: 'dockerfile.invalid', params: { message: text }, fixes: retry, file: '.dockerignore' }
      : undefined,
  matching(/target stage "?(.+?)"? could not be found/, ([, target = '']) => ({
    code: 'dockerfile.targetNotFound',
    params: { target },
    fixes: edit,
  })),
  matching(/failed to read dockerfile: .*(?:no such file or directory|not found)/, () => ({
    code: 'dockerfile.notFound',
    params: {},
    fixes: [{ kind: 'chooseDockerfile' }],
  })),
  // 20.10: "secret nope not found: not found"; 28.5: "secret nope: not found".
  matching(/\bsecret (\S+?):? not found/, ([, id = '']) => ({ code: 'secret.notFound', params: { id }, fixes: edit })),
  registryRule(
    /\b401\b|unauthorized|authorization failed|insufficient_scope|pull access denied|\b403 Forbidden/i,
    (registry, image) => ({
      code: 'registry.unauthorized',
      params: { registry, image },
      fixes: [{ kind: 'signIn', registry }],
    }),
  ),
  registryRule(/\b429\b|toomanyrequests/i, (registry, image) => ({
    code: 'registry.rateLimited',
    params: { registry, image },
    fixes: retry,
  })),
  registryRule(/failed to do request|dial tcp|no such host|TLS handshake|i\/o timeout|\bEOF$/, (registry, image) => ({
    code: 'registry.unreachable',
    params: { registry, image },
    fixes: retry,
  })),
  (words) =>
    registryRule(/no match for platform|no matching manifest for/i, (registry, image) => ({
      code: 'image.noPlatform',
      params: { registry, image, platform: words.platform, available: unknownPlatforms },
      fixes: edit,
    }))(words),
  registryRule(/not found|manifest unknown/i, (registry, image) => ({
    code: 'image.notFound',
    params: { registry, image },
    fixes: edit,
  })),
  registryRule(/unexpected status|status code/i, (registry, image) => ({
    code: 'registry.failed',
    params: { registry, image },
    fixes: retry,
  })),
  matching(
    /(?:the Dockerfile cannot be empty|file with no instructions|contains no stages to build)$/,
    ([message]) => ({
      code: 'dockerfile.invalid',
      params: { message },
      fixes: retry,
    }),
  ),
];

/** What the words mean; `undefined` when they are just a build that failed. */
export function causeOf(words: FailedWords): Cause | undefined {
  for (const rule of rules) {
    const cause = rule(words);
    if (cause !== undefined) return cause;
  }
  return undefined;
}

/** Texts that an error quotes from the Dockerfile, the likeliest first. */
export function quotedTexts(text: string): readonly string[] {
  const quoted = [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, inner = '']) => inner.replaceAll('\\"', '"'));
  const inBrackets = [...text.matchAll(/\(([^()]+)\)/g)].map(([, inner = '']) => inner);
  return [...quoted, ...inBrackets, text.split(/[\s:]+/).at(-1) ?? ''];
}

function matching(pattern: RegExp, cause: (match: RegExpExecArray) => Cause): Rule {
  return ({ text }) => {
    const match = pattern.exec(text);
    return match === null ? undefined : cause(match);
  };
}

/** Holds only where the error is about an image that the daemon went to a registry for. */
function registryRule(pattern: RegExp, cause: (registry: string, image: string) => Cause): Rule {
  return ({ text, vertex }) => {
    const image = imageOf(text, vertex);
    if (image === undefined || !pattern.test(text)) return undefined;
    return cause(registryOf(image), image);
  };
}

/** The image that the daemon looked for, in the error's words or in the vertex's name. */
function imageOf(text: string, vertex: string): string | undefined {
  return (
    /failed to resolve source metadata for ([^\s:]+(?::\d+\/[^\s:]+)?(?::[^\s:]+)?(?:@sha256:[0-9a-f]+)?)/.exec(
      text,
    )?.[1] ??
    /^\[internal\] load metadata for (\S+)$/.exec(vertex)?.[1] ??
    /^resolve image config for (?:docker-image:\/\/)?(\S+)$/.exec(vertex)?.[1] ??
    /^(?:\[[^\]]*\] )?FROM (\S+)/.exec(vertex)?.[1] ??
    (vertex.startsWith('exporting cache') ? repositoryIn(text) : undefined)
  );
}

/** The repository that a registry's address is about. */
function repositoryIn(text: string): string | undefined {
  const [, host, repository] = /https?:\/\/([^/\s"]+)\/v2\/(\S+?)\/(?:blobs|manifests)\//.exec(text) ?? [];
  return host === undefined || repository === undefined ? undefined : `${host}/${repository}`;
}

/** The host of a full image name. */
function registryOf(image: string): string {
  const [first = ''] = image.split('/');
  return /[.:]|^localhost$/.test(first) && image.includes('/') ? first : 'docker.io';
}
