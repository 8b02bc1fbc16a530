import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setInterval as every } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { json } from '../../scripts/parts/http.ts';
import { type CommandLine, commandLine, type Ended, type Running } from './cli-testing.ts';

const parts = inject('parts');
const closed = parts.registries.private;

/** What must be seen nowhere, by where it is given. */
const sentinels = {
  buildArgument: sentinel(),
  environment: sentinel(),
  file: sentinel(),
  passphrase: sentinel(),
  registryPassword: closed.login.password,
};

const [engine] = parts.engines;

describe('secrets', () => {
  let slipway: CommandLine;
  let elsewhere: string;
  /** Command lines of all processes, seen while the commands ran. */
  const seen = new Set<string>();
  const looks = new Map<string, number>();
  const printed: Ended[] = [];
  const image = 'secrets';

  beforeAll(async () => {
    elsewhere = await mkdtemp(path.join(os.tmpdir(), 'elsewhere-'));
    await writeFile(path.join(elsewhere, 'key'), sentinels.file);
    slipway = await commandLine({
      DOCKER_HOST: engine.host,
      SLIPWAY_PASSPHRASE: sentinels.passphrase,
      TOKEN: sentinels.buildArgument,
      KEY: sentinels.environment,
    });
    await slipway.folder('vault', {
      Dockerfile: [
        `FROM ${parts.busybox.private}`,
        'ARG TOKEN',
        'ARG CODE',
        'RUN --mount=type=secret,id=env --mount=type=secret,id=file \\',
        '  for secret in "$TOKEN" "$(cat /run/secrets/env)" "$(cat /run/secrets/file)"; do \\',
        '    echo "said: $secret"; echo "$secret" >&2; \\',
        '    printf "%s" "$secret" | base64; printf "a%s" "$secret" | base64; printf "ab%s" "$secret" | base64; \\',
        '    for letter in $(echo "$secret" | sed "s/./& /g"); do printf "%s" "$letter"; done; echo; \\',
        '  done; echo all said; exit $CODE',
        '',
      ].join('\n'),
    });
    const { user, password } = closed.login;
    await watched(
      slipway.start(['registry', 'login', closed.host, '-u', user, '--password-stdin'], { stdin: password }),
    );
    const secrets = [
      '--secret-build-arg',
      'TOKEN',
      '--secret',
      'id=env,env=KEY',
      '--secret',
      `id=file,src=${elsewhere}/key`,
    ];
    const build = ['build', 'vault', '--no-cache', '-t', `${closed.host}/${image}:1`, ...secrets];
    await watched(slipway.start([...build, '--build-arg', 'CODE=0']));
    await watched(slipway.start([...build, '--build-arg', 'CODE=1', '--json']));
    await watched(slipway.start(['runs', 'rerun', 'ca1']));
    for (const args of [
      ['list', '--json'],
      ['logs', 'ca1'],
      ['show', 'ca1'],
      ['logs', 'ca2', '--json'],
    ])
      await watched(slipway.start(['runs', ...args]));
  });
  afterAll(async () => {
    await slipway.remove();
    await rm(elsewhere, { recursive: true });
  });

  /** Waits for a command, and looks at every process of this machine meanwhile. */
  async function watched(command: Running): Promise<void> {
    const stop = new AbortController();
    void command.ended.then(() => stop.abort());
    try {
      for await (const _ of every(5, undefined, { signal: stop.signal }))
        for (const line of await commandLines(looks)) seen.add(line);
    } catch (error) {
      if (!stop.signal.aborted) throw error;
    }
    printed.push(await command.ended);
  }

  it('reach the build', () => {
    expect(printed.map(({ code }) => code)).toEqual([0, 0, 1, 0, 0, 0, 0, 0]);
    const [, build] = printed;
    expect(build?.stderr).toContain('said: ***');
    expect(build?.stderr).toContain('all said');
    expect([...seen].some((line) => line.includes('--secret-build-arg'))).toBe(true);
  });

  it('are not printed', () => {
    for (const { stdout, stderr } of printed) expect(found(Buffer.from(stdout + stderr))).toEqual([]);
  });

  it('are in no file of the home', async () => {
    const files = (await readdir(slipway.home, { recursive: true, withFileTypes: true })).filter((file) =>
      file.isFile(),
    );
    expect(files.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['slipway.db', 'secrets.json', 'step-build.log']),
    );
    for (const { parentPath, name } of files)
      expect({ name, found: found(await readFile(path.join(parentPath, name))) }).toEqual({ name, found: [] });
  });

  it('are on no command line', () => {
    expect(found(Buffer.from([...seen].join('\n')))).toEqual([]);
  });

  it('are not in the image, but for the build argument, which docker keeps there', async () => {
    const history = await json<unknown>(engine.host, `/images/${closed.host}/${image}:1/history`);
    expect(found(Buffer.from(JSON.stringify(history))).filter((name) => name !== 'buildArgument')).toEqual([]);
  });
});

function sentinel(): string {
  return `Sentinel+${randomBytes(9).toString('base64url')}/?&`;
}

/** Which of them are in there, as they are or in base64 at any of its three phases. */
function found(content: Buffer): readonly string[] {
  return Object.entries(sentinels).flatMap(([name, value]) =>
    forms(value).some((form) => content.includes(form)) ? [name] : [],
  );
}

function forms(value: string): readonly string[] {
  // Without the characters that depend on what stands before and behind.
  const phases = [0, 1, 2].map((shift) =>
    Buffer.from('a'.repeat(shift) + value)
      .toString('base64')
      .slice(shift === 0 ? 0 : shift + 1, -4),
  );
  return [value, ...phases, encodeURIComponent(value)];
}

/** Of processes that were not looked at three times: another program may have taken one over since the first. */
async function commandLines(looks: Map<string, number>): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && (looks.get(name) ?? 0) < 3);
  for (const pid of pids) looks.set(pid, (looks.get(pid) ?? 0) + 1);
  // One that ends meanwhile has none any more.
  return Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
}
