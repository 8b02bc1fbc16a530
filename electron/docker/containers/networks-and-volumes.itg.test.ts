import { existsSync } from 'node:fs';
import { describe, expect, inject, it } from 'vitest';
import { json } from '../../../scripts/parts/http.ts';
import { homeLabel, runLabel } from '../../engine/ports.ts';
import { isThere, never, openHome, printed, ran, specOf, type TestHome } from './containers-testing.ts';

const parts = inject('parts');
const image = parts.busybox.local;

/** A run with a server as its step `web`, and what its other step gets from there. */
async function startRun(home: TestHome, runId: string) {
  const plan = { name: 'task_default_network', ipv6: false };
  const name = await home.containers.createNetwork(runId, plan, never);
  const within = (stepId: string, script: string) => ({
    ...specOf(image, ['sh', '-c', script], { network: { kind: 'network', name, aliases: [stepId] } }),
    runId,
    stepId,
  });
  const output = printed();
  const script = `mkdir /www; echo the web of ${runId} > /www/index.html; echo ready; exec httpd -f -p 80 -h /www`;
  const web = await home.containers.create(within('web', script), never);
  await home.containers.startDetached(web, output.take, never, never);
  await expect.poll(output.stdout, { timeout: 20_000 }).toBe('ready\n');
  return { name, web, ask: async (script: string) => (await ran(home, within('ask', script))).stdout };
}

describe.each(parts.engines)('networks and volumes of Docker Engine $name', ({ host }) => {
  it('keep two runs of the same steps apart, each reached by its step’s name alone', async () => {
    const home = openHome(host);
    const [one, other] = await Promise.all([startRun(home, 'ca1'), startRun(home, 'ca2')]);
    expect(one.name).not.toBe(other.name);
    // The server may need a moment behind its word.
    const get = 'for i in $(seq 50); do wget -q -O - http://web/ && exit; sleep 0.1; done';
    expect(await Promise.all([one.ask(get), other.ask(get)])).toEqual(['the web of ca1\n', 'the web of ca2\n']);
    // One's container is not to be found from the other's network, under whatever name.
    const { Name } = await json<{ Name: string }>(host, `/containers/${one.web}/json`);
    const lookup = `nslookup ${Name.slice(1)} > /dev/null 2>&1 && echo found || echo none`;
    expect(await one.ask(lookup)).toBe('found\n');
    expect(await other.ask(lookup)).toBe('none\n');
  });

  it('have names of their own and the labels of their run, and go when they are told to', async () => {
    const { containers, homeId } = openHome(host);
    const network = await containers.createNetwork('ca1', { name: '내 망', driver: 'bridge', ipv6: false }, never);
    const volume = await containers.createVolume('ca1', 'workspace', never);
    const Labels = { [homeLabel]: homeId, [runLabel]: 'ca1' };
    expect(network).toMatch(/^slipway-ca1-[0-9a-f]{8}$/);
    expect(volume).toMatch(/^slipway-ca1-workspace-[0-9a-f]{8}$/);
    expect(await json(host, `/networks/${network}`)).toMatchObject({ Driver: 'bridge', EnableIPv6: false, Labels });
    expect(await json(host, `/volumes/${volume}`)).toMatchObject({ Driver: 'local', Labels });
    for (const times of [1, 2]) {
      await containers.removeNetwork(network, never);
      await containers.removeVolume(volume, never);
      expect([times, await isThere(host, `/networks/${network}`)]).toEqual([times, false]);
      expect([times, await isThere(host, `/volumes/${volume}`)]).toEqual([times, false]);
    }
  });

  it('have IPv6 when they are to', async ({ skip }) => {
    if (!existsSync('/proc/net/if_inet6')) skip('this machine has no IPv6');
    const home = openHome(host);
    const name = await home.containers.createNetwork('ca1', { name: 'six', ipv6: true }, never);
    expect(await json(host, `/networks/${name}`)).toMatchObject({ EnableIPv6: true });
    const network = { kind: 'network', name, aliases: ['step'] } as const;
    const { stdout } = await ran(home, specOf(image, ['ip', '-6', 'addr', 'show', 'eth0'], { network }));
    expect(stdout).toMatch(/inet6 fd[0-9a-f:]+\/64/);
  });

  it('say which driver the engine doesn’t have', async () => {
    const { containers } = openHome(host);
    const making = containers.createNetwork('ca1', { name: 'net', driver: 'no-such-driver', ipv6: false }, never);
    await expect(making).rejects.toMatchObject({
      error: { code: 'container.invalid', cause: expect.stringContaining('no-such-driver') as string },
    });
  });
});
