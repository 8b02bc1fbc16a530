import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { AppFailure, type AppError, appFailure } from '@shared/model/app-error.ts';
import type { ImageBuild } from '../../../engine/ports.ts';
import { buildKitAt, buildOf, built, credentialsFor, folderOf, noCredentials } from '../test-build.ts';

const parts = inject('parts');
const base = parts.busybox.local;
const { open, private: locked } = parts.registries;

interface Case {
  readonly dockerfile: string;
  readonly options?: Partial<ImageBuild>;
  readonly expected: Partial<Record<keyof AppError, unknown>>;
}

const cases: Readonly<Record<string, Case>> = {
  'an instruction that nobody knows': {
    dockerfile: 'FROM scratch\n\n  FOO bar\n',
    expected: { code: 'dockerfile.invalid', where: { file: 'Dockerfile', line: 3, column: 3 } },
  },
  'a flag that nobody knows': {
    dockerfile: 'FROM scratch\nCOPY --nope=1 a b\n',
    expected: { code: 'dockerfile.invalid', where: { file: 'Dockerfile', line: 2, column: 8 } },
  },
  'an instruction without its arguments': {
    dockerfile: '# a comment\nFROM scratch\nCOPY\n',
    expected: { code: 'dockerfile.invalid', where: { file: 'Dockerfile', line: 3 } },
  },
  'a quote that never ends': {
    dockerfile: 'FROM scratch\nLABEL a=b\nENV A="b\n',
    expected: { code: 'dockerfile.invalid', where: { file: 'Dockerfile', line: 3, column: 7 } },
  },
  'a base name that is blank': {
    dockerfile: 'ARG X\nFROM $X\n',
    expected: { code: 'dockerfile.invalid', where: { file: 'Dockerfile', line: 2, column: 6 } },
  },
  'a base name that is none': {
    dockerfile: 'FROM scratch AS a\nFROM Foo:Bar:Baz\n',
    expected: { code: 'dockerfile.invalid', where: { file: 'Dockerfile', line: 2, column: 6 } },
  },
  'an empty file': { dockerfile: '', expected: { code: 'dockerfile.invalid', where: { file: 'Dockerfile' } } },
  // dockerd 20.10 would die of it.
  'a file without a stage': {
    dockerfile: '# nothing\nARG X=1\n',
    expected: { code: 'dockerfile.invalid', params: { message: 'dockerfile contains no stages to build' } },
  },
  'a target that is not there': {
    dockerfile: 'FROM scratch AS a\n',
    options: { target: '부두' },
    expected: { code: 'dockerfile.targetNotFound', params: { target: '부두' } },
  },
  'a command that fails': {
    dockerfile: `FROM ${base} AS one\nRUN true\n\nFROM one AS two\n# why\nENV A=1\nRUN true\nRUN echo 실패 🚢 \\\n && exit 7\n`,
    expected: {
      code: 'build.failed',
      params: { exitCode: 7, instruction: 'RUN echo 실패 🚢  && exit 7', vertex: expect.any(Number) as number },
      where: { file: 'Dockerfile', line: 8 },
      cause: expect.stringContaining('exit code: 7') as string,
    },
  },
  'a command that fails, after ARG in an unnamed stage': {
    dockerfile: `FROM scratch AS one\nFROM ${base}\nARG A=3\nWORKDIR /a\nRUN exit $A\n`,
    expected: { code: 'build.failed', params: { exitCode: 3 }, where: { file: 'Dockerfile', line: 5 } },
  },
  'a file that is not in the context': {
    dockerfile: 'FROM scratch\nCOPY nope 🚢 /\n',
    expected: {
      code: 'build.failed',
      params: { instruction: 'COPY nope 🚢 /' },
      where: { file: 'Dockerfile', line: 2 },
    },
  },
  'a base image that does not exist': {
    dockerfile: `FROM scratch\nFROM ${open.host}/base/nope:1\nRUN true\n`,
    expected: {
      code: 'image.notFound',
      params: { image: `${open.host}/base/nope:1`, registry: open.host },
      where: { file: 'Dockerfile', line: 2 },
    },
  },
  'an image to copy from that does not exist': {
    dockerfile: `FROM scratch\nCOPY --from=${open.host}/base/nope:2 /x /x\n`,
    expected: {
      code: 'image.notFound',
      params: { image: `${open.host}/base/nope:2`, registry: open.host },
      where: { file: 'Dockerfile', line: 2 },
    },
  },
  'a registry that wants a password': {
    dockerfile: `FROM ${locked.host}/base/busybox:1\nRUN true\n`,
    options: { pull: true },
    expected: {
      code: 'registry.unauthorized',
      params: { registry: locked.host, image: `${locked.host}/base/busybox:1` },
      where: { file: 'Dockerfile', line: 1 },
      fixes: [{ kind: 'signIn', registry: locked.host }],
    },
  },
  'a registry that is not there': {
    dockerfile: 'FROM 127.0.0.1:1/base/nope:1\n\nRUN true\n',
    expected: {
      code: 'registry.unreachable',
      params: { registry: '127.0.0.1:1' },
      where: { file: 'Dockerfile', line: 1 },
    },
  },
  'a secret that was not given': {
    dockerfile: `FROM ${base}\nRUN --mount=type=secret,id=nope,required=true true\n`,
    expected: { code: 'secret.notFound', params: { id: 'nope' }, where: { file: 'Dockerfile', line: 2 } },
  },
  'a secret that is too large': {
    dockerfile: `FROM ${base}\nRUN --mount=type=secret,id=big,required=true true\n`,
    options: { secrets: new Map([['big', () => Promise.resolve(new Uint8Array(500 * 1024 + 1))]]) },
    expected: {
      code: 'build.failed',
      where: { file: 'Dockerfile', line: 2 },
      cause: expect.stringContaining('512001 bytes') as string,
    },
  },
  'a program of no known format': {
    dockerfile: `FROM ${base}\nCOPY . /\nRUN chmod +x /program\nRUN ["/program"]\n`,
    expected: { code: 'platform.noEmulation', where: { file: 'Dockerfile', line: 4 } },
  },
  'a download that fails': {
    dockerfile: 'FROM scratch\nADD http://127.0.0.1:1/x /\n',
    expected: { code: 'build.failed', where: { file: 'Dockerfile', line: 2 } },
  },
  'a tag that is no name': {
    dockerfile: 'FROM scratch\nCOPY . /\n',
    options: { tags: ['Not A Name'] },
    expected: { code: 'build.failed', cause: expect.stringContaining('invalid reference format') as string },
  },
  'a disk that is full': {
    dockerfile: `FROM ${base}\nRUN --mount=type=tmpfs,target=/small echo 'No space left on device' >&2; exit 1\n`,
    expected: { code: 'disk.full', where: { file: 'Dockerfile', line: 2 } },
  },
};

/** What a build rejects with, as data. */
async function failureOf(building: Promise<unknown>): Promise<AppError> {
  const thrown: unknown = await building.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof AppFailure) return thrown.error;
  throw new Error(thrown === undefined ? 'the build succeeded' : 'not one of our errors', { cause: thrown });
}

describe.each(parts.engines)('A failed build in Docker Engine $name', (engine) => {
  const buildKit = buildKitAt(engine);

  it.each(Object.entries(cases))('tells %s', async (_, { dockerfile, options, expected }) => {
    const root = await folderOf({ Dockerfile: dockerfile, program: 'not a program' });
    expect(await failureOf(built(buildKit, buildOf(root, options)))).toMatchObject(expected);
  });

  it('names a Dockerfile by its path in the context, in Korean too', async () => {
    const root = await folderOf({ '도커/빌드 🚢.dockerfile': 'FROM scratch\nFOO\n' });
    const context = { root, dockerfile: path.join(root, '도커/빌드 🚢.dockerfile') };
    expect(await failureOf(built(buildKit, buildOf(root, { context })))).toMatchObject({
      code: 'dockerfile.invalid',
      where: { file: '도커/빌드 🚢.dockerfile', line: 2 },
    });
  });

  it('says that there is no Dockerfile', async () => {
    const root = await folderOf({});
    expect(await failureOf(built(buildKit, buildOf(root)))).toMatchObject({
      code: 'dockerfile.notFound',
      params: { file: 'Dockerfile' },
    });
  });

  it('keeps the reason for which a credential could not be had', async () => {
    const root = await folderOf({ Dockerfile: `FROM ${locked.host}/base/busybox:1\nRUN echo ${randomUUID()}\n` });
    const credentials = { ...noCredentials, forHost: () => Promise.reject(appFailure('secret.locked')) };
    expect(await failureOf(built(buildKit, buildOf(root, { pull: true }), { credentials }))).toMatchObject({
      code: 'secret.locked',
    });
  });

  it('keeps the reason for which a secret could not be read', async () => {
    const root = await folderOf({ Dockerfile: `FROM ${base}\nRUN --mount=type=secret,id=a echo ${randomUUID()}\n` });
    const secrets = new Map([['a', () => Promise.reject(appFailure('secret.notFound', { params: { id: 'a' } }))]]);
    expect(await failureOf(built(buildKit, buildOf(root, { secrets })))).toMatchObject({
      code: 'secret.notFound',
      params: { id: 'a' },
    });
  });

  it('keeps the reason for which the context could not be sent', async () => {
    const root = await folderOf({ Dockerfile: 'FROM scratch\nCOPY . /\n', '.dockerignore': '[' });
    expect(await failureOf(built(buildKit, buildOf(root)))).toMatchObject({ code: 'dockerfile.invalid' });
  });

  it('wants the right password', async () => {
    const root = await folderOf({ Dockerfile: `FROM ${locked.host}/base/busybox:1\nRUN echo ${randomUUID()}\n` });
    const credentials = credentialsFor({ [locked.host]: { username: 'harbour', password: 'wrong' } });
    const failure = await failureOf(built(buildKit, buildOf(root, { pull: true }), { credentials }));
    expect(failure).toMatchObject({ code: 'registry.unauthorized', params: { registry: locked.host } });
    expect(JSON.stringify(failure)).not.toContain('wrong');
  });

  it('goes on working', async () => {
    const root = await folderOf({ Dockerfile: 'FROM scratch\nCOPY . /\n' });
    await writeFile(path.join(root, 'x'), randomUUID());
    expect((await built(buildKit, buildOf(root))).image.imageId).toMatch(/^sha256:/);
  });
});
