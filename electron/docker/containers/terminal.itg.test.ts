import { describe, expect, inject, it } from 'vitest';
import { never, openHome, specOf, type TestHome } from './containers-testing.ts';
import { person } from './terminal-testing.ts';

const parts = inject('parts');
const image = parts.busybox.local;
const shells = [['/bin/bash'], ['/bin/sh']];

async function started({ containers }: TestHome, options = {}): Promise<string> {
  const id = await containers.create(
    specOf(image, ['sh', '-c', 'trap exit TERM; while :; do sleep 0.1; done'], options),
    never,
  );
  await containers.startDetached(id, () => undefined, never, never);
  return id;
}

/** The processes of a container, as it sees them itself. */
async function processesIn({ containers }: TestHome, id: string): Promise<string> {
  const size = { columns: 200, rows: 50 };
  const terminal = await containers.openTerminal(id, { commands: [['ps', '-o', 'args']], ...size }, never);
  const { shown } = person(terminal);
  await terminal.ended;
  return shown();
}

describe.each(parts.engines)('a terminal in a container of Docker Engine $name', ({ host }) => {
  it('has the first shell that is there, and the size of its window', async () => {
    const home = openHome(host);
    const id = await started(home);
    const terminal = await home.containers.openTerminal(id, { commands: shells, columns: 99, rows: 33 }, never);
    const { types, sees } = person(terminal);
    await types('stty size\n');
    await sees(/33 99\r\n/);
    await terminal.resize(120, 41);
    await types('stty size; tty; echo $0\n');
    await sees(/41 120\r\n\/dev\/pts\/\d+\r\n\/bin\/sh\r\n/);
    await types('exit 7\n');
    expect(await terminal.ended).toBe(7);
    expect(terminal.output.readableEnded || terminal.output.readable).toBe(true);
    // Nobody minds those who come late.
    await terminal.resize(10, 10);
    await types('too late\n');
    await terminal.close();
  });

  it('takes keys as a terminal does', async () => {
    const home = openHome(host);
    const id = await started(home);
    const terminal = await home.containers.openTerminal(id, { commands: shells, columns: 80, rows: 24 }, never);
    const { types, sees } = person(terminal);
    await types('sleep 600\n');
    await sees('sleep 600');
    await types('\u0003');
    await types('echo "code $?"\n');
    await sees(/code 130\r\n/);
    await types('echo 안녕 🎈\n');
    await sees(/안녕 🎈\r\n/);
    await types('\u0004');
    expect(await terminal.ended).toBe(0);
  });

  it('shows all that there is to show, and takes much at once', async () => {
    const home = openHome(host);
    const id = await started(home);
    const commands = [['sh', '-c', 'stty -echo; echo ready; exec cat']];
    const terminal = await home.containers.openTerminal(id, { commands, columns: 80, rows: 24 }, never);
    const { types, sees, shown } = person(terminal);
    await sees('ready');
    const lines = Array.from({ length: 2000 }, (_, index) => `${index} ${'x'.repeat(60)}`);
    for (const line of lines) await types(`${line}\n`);
    await types('\u0004');
    expect(await terminal.ended).toBe(0);
    expect(shown().split('\r\n')).toEqual(['ready', ...lines, '']);
  });

  it('has the user, folder and variables that it is to have', async () => {
    const home = openHome(host);
    const id = await started(home);
    const options = { columns: 80, rows: 24, workingDirectory: '/tmp', user: 'nobody', env: ['A=b c'] };
    const terminal = await home.containers.openTerminal(id, { commands: shells, ...options }, never);
    const { types, sees } = person(terminal);
    await types('echo "$(pwd) $(id -un) $A"\n');
    await sees(/\/tmp nobody b c\r\n/);
    await types('exit\n');
    expect(await terminal.ended).toBe(0);
  });

  it('says that there is no shell', async () => {
    const home = openHome(host);
    const id = await started(home);
    const commands = [['/bin/bash'], ['no-such-shell', '-l'], ['/etc/passwd']];
    await expect(home.containers.openTerminal(id, { commands, columns: 80, rows: 24 }, never)).rejects.toMatchObject({
      error: { code: 'container.noShell', params: { commands: '/bin/bash, no-such-shell -l, /etc/passwd' } },
    });
  });

  it('ends a shell that it is closed on, and what runs in it', async () => {
    const home = openHome(host);
    const id = await started(home);
    const terminal = await home.containers.openTerminal(id, { commands: shells, columns: 80, rows: 24 }, never);
    const { types, sees } = person(terminal);
    await types('sh -c "trap : HUP INT TERM; echo begun; sleep 4711; sleep 4712"\n');
    await sees(/begun\r\n/);
    expect(await processesIn(home, id)).toContain('sleep 4711');
    await terminal.close();
    await terminal.ended;
    expect(await processesIn(home, id)).not.toMatch(/471[12]|\/bin\/sh/);
    expect(await home.containers.isRunning(id, never)).toBe(true);
  });

  it('ends its shell when nobody looks any more', async () => {
    const home = openHome(host);
    const id = await started(home);
    const terminal = await home.containers.openTerminal(id, { commands: shells, columns: 80, rows: 24 }, never);
    terminal.output.destroy();
    await terminal.ended;
    expect(await processesIn(home, id)).not.toContain('/bin/sh');
  });

  it('ends with its container', async () => {
    const home = openHome(host);
    const id = await started(home);
    const terminal = await home.containers.openTerminal(id, { commands: shells, columns: 80, rows: 24 }, never);
    const { sees } = person(terminal);
    await sees('#');
    await home.containers.remove(id, { graceMs: 0 }, never);
    expect(await terminal.ended).toBe(137);
    await terminal.close();
  });

  it('isn’t opened in a container that has ended', async () => {
    const home = openHome(host);
    const id = await home.containers.create(specOf(image, ['true']), never);
    const opening = home.containers.openTerminal(id, { commands: shells, columns: 80, rows: 24 }, never);
    await expect(opening).rejects.toMatchObject({ error: { code: 'engine.refused' } });
  });

  it('isn’t opened when it isn’t wanted any more, and stays when it was opened before', async () => {
    const home = openHome(host);
    const id = await started(home);
    const options = { commands: shells, columns: 80, rows: 24 };
    const refused = home.containers.openTerminal(id, options, AbortSignal.abort(new Error('not wanted')));
    await expect(refused).rejects.toThrow('not wanted');
    const abort = new AbortController();
    const terminal = await home.containers.openTerminal(id, options, abort.signal);
    abort.abort();
    const { types, sees } = person(terminal);
    await types('echo still he""re\n');
    await sees(/still here\r\n/);
    await terminal.close();
  });
});
