import { describe, expect, it } from 'vitest';
import { appFailure } from './app-error.ts';
import { chooseEngine, type EngineCandidate } from './engine-choice.ts';
import type { EngineStatus } from './engine-status.ts';
import { readyEngine } from './engine-testing.ts';
import { parsePlatform } from './platform.ts';

const ready = (...platforms: readonly string[]): EngineStatus =>
  readyEngine({ os: platforms[0]?.split('/')[0] ?? 'linux', platforms: [...platforms] });
const absent: EngineStatus = { state: 'absent', error: appFailure('engine.notFound').error, attempts: [] };
const searching: EngineStatus = { state: 'searching', attempts: [] };

const linux = ready('linux/amd64', 'linux/386');
const everything = ready('linux/amd64', 'linux/arm64', 'linux/arm/v7', 'linux/arm/v6', 'linux/386');
const windows = ready('windows/amd64');

/** `default` is the default one; `unseen` nobody has looked for. */
function engines(statuses: Readonly<Record<string, EngineStatus | 'unseen'>>): readonly EngineCandidate[] {
  return Object.entries(statuses).map(([name, status]) =>
    status === 'unseen'
      ? { name, kind: 'docker' as const, status: searching, lookedFor: false }
      : { name, kind: 'docker' as const, status, lookedFor: true },
  );
}

describe('where a run goes', () => {
  it.each<
    [what: string, wish: string, statuses: Readonly<Record<string, EngineStatus | 'unseen'>>, to: string, why?: string]
  >([
    ['without a wish, to the default one', '', { default: linux, far: everything }, 'default'],
    ['for a platform that the default one has', 'linux/386', { default: linux, far: everything }, 'default'],
    ['for one that only another has', 'linux/arm64', { default: linux, far: everything }, 'far', 'LacksPlatform'],
    ['for a variant', 'linux/arm/v7', { default: linux, far: everything }, 'far', 'LacksPlatform'],
    ['for a variant that nobody lists', 'linux/arm64/v8', { default: everything }, 'default'],
    ['for any variant', 'linux/arm', { default: everything }, 'default'],
    // BuildKit 0.24 leaves it out on machines that run it.
    ['for one that any such processor runs', 'linux/386', { default: ready('linux/amd64'), far: linux }, 'default'],
    [
      'for several, to one that has all',
      'linux/amd64,linux/arm64',
      { default: linux, far: everything },
      'far',
      'Lacks',
    ],
    ['the first that does, in order', 'linux/arm64', { default: linux, a: everything, b: everything }, 'a', 'Lacks'],
    ['for windows', 'windows/amd64', { default: linux, harbour: windows }, 'harbour', 'LacksPlatform'],
    ['while the default one is away', '', { default: absent, far: linux }, 'far', 'defaultAbsent'],
    ['past one that is being looked for', 'linux/arm64', { default: linux, a: searching, b: everything }, 'b', 'Lacks'],
    ['where nobody has the platform, as before', 'linux/arm64', { default: linux, far: linux }, 'default'],
    ['the same, with the default one away', 'linux/arm64', { default: absent, far: linux }, 'far', 'defaultAbsent'],
    ['to the one that is named', '@far', { default: linux, far: everything }, 'far'],
    ['to that one, though another fits better', '@far linux/arm64', { default: everything, far: linux }, 'far'],
  ])('%s', (_, wish, statuses, to, why) => {
    const choice = chooseEngine(wishOf(wish), engines(statuses));
    expect(choice).toMatchObject({ kind: 'ready', name: to });
    const codes = choice.kind === 'ready' ? choice.findings.map(({ code }) => code) : [];
    expect(codes).toEqual(why === undefined ? [] : [expect.stringContaining(why)]);
  });

  it.each<[what: string, wish: string, statuses: Readonly<Record<string, EngineStatus | 'unseen'>>, look: string[]]>([
    ['all are away', '', { default: absent, far: absent }, []],
    ['the default one is being looked for', '', { default: searching, far: linux }, []],
    ['nobody has looked', '', { default: 'unseen', far: 'unseen' }, ['default', 'far']],
    ['only others that nobody has looked for may have it', 'windows/amd64', { default: linux, far: 'unseen' }, ['far']],
    ['the one that is named is away', '@far', { default: linux, far: absent }, []],
    ['the one that is named was not looked for', '@far', { default: linux, far: 'unseen' }, ['far']],
  ])('is not decided while %s', (_, wish, statuses, look) => {
    expect(chooseEngine(wishOf(wish), engines(statuses))).toEqual({ kind: 'wait', lookFor: look });
  });

  it.each<[what: string, wish: string, statuses: Readonly<Record<string, EngineStatus>>, code: string, says: RegExp]>([
    [
      'windows without an engine that has it',
      'windows/amd64',
      { default: linux, far: everything, off: absent },
      'engine.noneFits',
      /^windows\/amd64\|default: windows\/amd64; far: windows\/amd64; off: \?$/,
    ],
    ['windows on a linux engine that was named', '@default windows/amd64', { default: linux }, 'engine.noneFits', /./],
    ['a name that nobody has', '@nowhere', { default: linux, far: linux }, 'engine.unknown', /^default, far\|nowhere$/],
  ])('is nowhere: %s', (_, wish, statuses, code, says) => {
    const choice = chooseEngine(wishOf(wish), engines(statuses));
    if (choice.kind !== 'none') return expect.unreachable(choice.kind);
    const { error } = choice.failure;
    expect(error.code).toBe(code);
    // One that is away may have it: nothing to be refused for, before it is tried.
    expect(choice.certain).toBe(!Object.values(statuses).includes(absent));
    const { platforms, engines: looked, known, name } = error.params;
    expect(code === 'engine.noneFits' ? `${platforms}|${looked}` : `${known}|${name}`).toMatch(says);
  });
});

describe('a task', () => {
  const builds = (status: EngineStatus): EngineCandidate => ({
    name: 'cluster',
    kind: 'buildkit',
    status,
    lookedFor: true,
  });
  const choiceOf = (wish: string, ...all: readonly EngineCandidate[]) =>
    chooseEngine({ ...wishOf(wish), containers: true }, all);

  it.each([
    ['is there', ready('linux/amd64')],
    ['is away', absent],
    ['is being looked for', searching],
  ])('does not go where no containers run, also when that one %s', (_, status) => {
    const [docker] = engines({ default: linux });
    if (docker === undefined) return expect.unreachable();
    const outcome = { kind: 'ready', name: 'default', findings: [] };
    expect(choiceOf('', builds(status), docker)).toEqual(outcome);
    expect(choiceOf('@cluster', builds(status), docker)).toMatchObject({
      kind: 'none',
      failure: { error: { code: 'engine.buildsOnly', params: { name: 'cluster' } } },
    });
  });

  it('goes to one engine with all that its steps name, and where there is none it says what each lacks', () => {
    const all = engines({ default: linux, far: everything, harbour: windows });
    expect(choiceOf('linux/arm64,linux/arm/v7', ...all)).toMatchObject({ kind: 'ready', name: 'far' });
    const choice = choiceOf('linux/arm64,windows/amd64', ...all);
    if (choice.kind !== 'none') return expect.unreachable(choice.kind);
    expect(choice.failure.error).toMatchObject({
      code: 'engine.noneFits',
      params: {
        platforms: 'linux/arm64, windows/amd64',
        engines: 'default: linux/arm64, windows/amd64; far: windows/amd64; harbour: linux/arm64',
      },
    });
  });

  it('is told before it begins that its steps may fail of the processor', () => {
    expect(choiceOf('linux/arm64,linux/386', ...engines({ default: linux }))).toEqual({
      kind: 'ready',
      name: 'default',
      findings: [{ code: 'engine.lacksPlatforms', params: { engine: 'default', platforms: 'linux/arm64' } }],
    });
  });
});

/** `@engine platform,platform` */
function wishOf(text: string) {
  const words = text.split(' ').filter((word) => word !== '');
  const engine = words.find((word) => word.startsWith('@'))?.slice(1);
  const platforms = words.find((word) => !word.startsWith('@')) ?? '';
  return {
    ...(engine === undefined ? {} : { engine }),
    platforms: platforms === '' ? [] : platforms.split(',').map(parsePlatform),
  };
}
