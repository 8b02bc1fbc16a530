import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type CommandLine, commandLine } from './cli-testing.ts';

const parts = inject('parts');
const image = parts.busybox.open;
const terminal = { columns: 97, rows: 31 };

describe.each(parts.engines)('a shell where a run stands still, at a terminal, on Docker Engine $name', (engine) => {
  let slipway: CommandLine;

  beforeAll(async () => {
    slipway = await commandLine({ DOCKER_HOST: engine.host, TERM: 'xterm' });
  });
  afterAll(() => slipway.remove());

  it('opens in the failed instruction of a build, as often as it is asked for; the run goes on from there', async () => {
    const dockerfile = (last: string) =>
      `FROM ${image}\nRUN echo tea > /cargo\nENV PORT=harbour\nWORKDIR /quay\nRUN touch left && ${last}\n`;
    const context = await slipway.folder('build shell', {
      Dockerfile: dockerfile('false'),
      'acb.yaml': `steps:\n  - id: build\n    build: .\n  - id: after\n    cmd: ${image} echo after the build\n`,
    });
    const running = slipway.start(['run', context, '--break-on-failure'], { typing: true, terminal });
    await running.line(/Step build failed, and the run stands still/);
    await running.line(/shell, or send/);
    await running.line(
      engine.name === '20.10'
        ? /A shell opens on what the failed instruction began with/
        : /on what the failed .* left/,
    );
    running.type('shell');
    await running.line(/Building up to the failed instruction/);
    running.type('echo "in $PWD of $PORT with $(cat /cargo), $(stty size), $(ls)."');
    await running.line(
      engine.name === '20.10'
        ? /^in \/quay of harbour with tea, 31 97, \.$/
        : /^in \/quay of harbour with tea, 31 97, left\.$/,
    );
    // Ctrl-C is for what runs in the shell: neither the shell nor the run ends of it.
    running.type('echo begun; sleep 600');
    await running.line(/^begun$/);
    running.press('\u0003');
    running.type('echo "still $((1 + 1))"');
    await running.line(/^still 2$/);
    running.type('exit');
    await running.lineTimes(/Step build failed, and the run stands still/, 2);

    running.type('shell');
    await running.lineTimes(/Building up to the failed instruction/, 2);
    running.type('echo "again $((1 + 2))"; exit');
    await running.line(/^again 3$/);
    await running.lineTimes(/Step build failed, and the run stands still/, 3);

    await slipway.folder('build shell', { Dockerfile: dockerfile('true') });
    running.type('send');
    running.type('retry');
    await running.line(/^after the build$/);
    const { code, stdout } = await running.ended;
    expect(stdout).toMatch(/Run ca\w+ succeeded\./);
    expect(code).toBe(0);
  });

  it('says why there is none any more in a build that was mended meanwhile, and stands where it stood', async () => {
    const context = await slipway.folder('mended', {
      Dockerfile: `FROM ${image}\nRUN false\n`,
      'acb.yaml': 'steps:\n  - id: build\n    build: .\n',
    });
    const running = slipway.start(['run', context, '--break-on-failure'], { typing: true, terminal });
    await running.line(/Step build failed, and the run stands still/);
    await slipway.folder('mended', { Dockerfile: `FROM ${image}\nRUN true\n` });
    running.type('shell');
    await running.line(/error: /);
    await running.lineTimes(/Step build failed, and the run stands still/, 2);
    running.type('stop');
    expect((await running.ended).code).toBe(1);
  });

  it('opens in the container of a step, also at a terminal that doesn’t know its size; Ctrl-C at the question cancels the run', async () => {
    const context = await slipway.folder('container shell', {
      'acb.yaml': `steps:\n  - id: check\n    env: ["CARGO=tea"]\n    workingDirectory: src\n    cmd: ${image} sh -c 'echo left > /left; exit 3'\n`,
    });
    const running = slipway.start(['run', context, '--break-on-failure'], {
      typing: true,
      terminal: { columns: 0, rows: 0 },
    });
    await running.line(/Step check failed, and the run stands still/);
    running.type('shell');
    running.type('echo "in $PWD with $CARGO, $(cat /left), $(stty size)."; exit');
    await running.line(/^in \/workspace\/src with tea, left, 24 80\.$/);
    await running.lineTimes(/Step check failed, and the run stands still/, 2);
    running.press('\u0003');
    const { code, stdout } = await running.ended;
    expect(stdout).toMatch(/Run ca\w+ was canceled\./);
    expect(code).toBe(4);
  });
});
