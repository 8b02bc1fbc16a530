// A bare repository that tests fill as they like, hostile content included: fast-import takes what `git add` would refuse.
import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';

/** What lies at a path; `null` takes it away. */
export type Content =
  string | Buffer | { readonly link: string } | { readonly submodule: string } | { readonly program: string } | null;

export interface GitRepository {
  /** The bare repository. */
  readonly folder: string;
  /** Adds a commit to a branch (another `onto` than its head: begins there) and answers its id. */
  commit(
    branch: string,
    files: Readonly<Record<string, Content>>,
    options?: { onto?: string; message?: string },
  ): Promise<string>;
  /** A tag that is an object of its own; answers the object's id. */
  annotate(tag: string, commit: string): Promise<string>;
  /** Any ref, as it is. */
  ref(name: string, object: string): Promise<void>;
  git(...args: string[]): Promise<string>;
}

/** Without what a person has configured, and with the same name and time for all. */
const env: NodeJS.ProcessEnv = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@quay.test',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@quay.test',
  GIT_AUTHOR_DATE: '1700000000 +0000',
  GIT_COMMITTER_DATE: '1700000000 +0000',
};

/** Runs git for a test: answers what it says, without the line's end. */
export function git(
  args: readonly string[],
  input: string | Buffer = '',
  more: NodeJS.ProcessEnv = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { env: { ...env, ...more }, maxBuffer: 268_435_456 };
    const child = execFile('git', args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout.replace(/\n$/, ''));
      else reject(new Error(`git ${args.join(' ')}: ${stderr}`));
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

/** @param branch what HEAD stands for */
export async function makeRepository(
  folder: string,
  options: { branch?: string; format?: 'sha1' | 'sha256' } = {},
): Promise<GitRepository> {
  const { branch: head = 'main', format = 'sha1' } = options;
  await mkdir(path.dirname(folder), { recursive: true });
  await git(['init', '--quiet', '--bare', `--initial-branch=${head}`, `--object-format=${format}`, folder]);
  const here = (...args: string[]) => git([`--git-dir=${folder}`, ...args]);
  let time = 1_700_000_000;
  return {
    folder,
    git: here,
    async commit(branch, files, { onto, message = 'Another commit' } = {}) {
      const ref = `refs/heads/${branch}`;
      const from = onto ?? (await here('rev-parse', '--verify', '--quiet', `${ref}^{commit}`).catch(() => undefined));
      const parts: (string | Buffer)[] = [
        `commit ${ref}\ncommitter Ada <ada@quay.test> ${++time} +0000\n${data(message)}`,
        ...(from === undefined ? [] : [`from ${from}\n`]),
        ...Object.entries(files).flatMap(([name, content]) => change(name, content)),
        '\n',
      ];
      await git(
        [`--git-dir=${folder}`, 'fast-import', '--quiet', '--force'],
        Buffer.concat(parts.map((part) => Buffer.from(part))),
      );
      return here('rev-parse', `${ref}^{commit}`);
    },
    async annotate(tag, commit) {
      await here('tag', '-a', '-m', tag, '--', tag, commit);
      return here('rev-parse', `refs/tags/${tag}`);
    },
    async ref(name, object) {
      await here('update-ref', name, object);
    },
  };
}

function data(text: string | Buffer): string {
  return `data ${Buffer.byteLength(text)}\n${text.toString()}\n`;
}

function change(name: string, content: Content): (string | Buffer)[] {
  const quoted = `"${[...Buffer.from(name)].map(octal).join('')}"`;
  if (content === null) return [`D ${quoted}\n`];
  if (typeof content === 'string' || Buffer.isBuffer(content)) {
    return [`M 100644 inline ${quoted}\ndata ${Buffer.byteLength(content)}\n`, content, '\n'];
  }
  if ('link' in content) return [`M 120000 inline ${quoted}\n${data(content.link)}`];
  if ('program' in content) return [`M 100755 inline ${quoted}\n${data(content.program)}`];
  return [`M 160000 ${content.submodule} ${quoted}\n`];
}

function octal(byte: number): string {
  return byte > 32 && byte < 127 && byte !== 34 && byte !== 92
    ? String.fromCharCode(byte)
    : `\\${byte.toString(8).padStart(3, '0')}`;
}
