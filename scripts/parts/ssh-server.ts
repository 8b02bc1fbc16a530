// An ssh server on loopback that lets one key fetch from bare repositories or reach an engine, and the files that a real ssh needs to trust it. The server
// is ssh2's, so that no daemon has to be installed; the client is OpenSSH.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { ensurePackages } from '../setup/debian.mjs';
import { which } from '../setup/shell.mjs';
import ssh2 from 'ssh2';

export interface SshServer {
  readonly port: number;
  /** A folder with a program `ssh` in it: OpenSSH, with the key and the known host of this server in place of the person's. */
  readonly programs: string;
  /** The same without the key, and without knowing the host. */
  readonly programsWithoutKey: string;
  readonly programsOfStranger: string;
  /** What was asked to be run. */
  readonly commands: readonly string[];
  stop(): Promise<void>;
}

/** What is run for a command; undefined for one that isn't known here. */
type RunCommand = (command: string, env: NodeJS.ProcessEnv) => ChildProcessWithoutNullStreams | undefined;

/** `served`: a folder of bare repositories, or what carries out any other command. */
export async function startSshServer(folder: string, served: string | RunCommand): Promise<SshServer> {
  const run: RunCommand = typeof served === 'string' ? uploadPackOf(served) : served;
  await ensurePackages(['git']);
  const host = ssh2.utils.generateKeyPairSync('ed25519');
  const key = ssh2.utils.generateKeyPairSync('ed25519');
  const allowed = ssh2.utils.parseKey(key.public);
  if (allowed instanceof Error) throw allowed;
  const commands: string[] = [];
  const clients = new Set<ssh2.Connection>();
  const server = new ssh2.Server({ hostKeys: [host.private] }, (client) => {
    clients.add(client);
    client.on('error', () => undefined);
    client.on('close', () => clients.delete(client));
    client.on('authentication', (context) => {
      const accepted =
        context.method === 'publickey' &&
        context.key.data.equals(allowed.getPublicSSH()) &&
        // Without a signature a client only asks whether the key would do.
        (context.signature === undefined ||
          context.blob === undefined ||
          allowed.verify(context.blob, context.signature, context.hashAlgo) === true);
      if (accepted) context.accept();
      else context.reject();
    });
    client.on('session', (accept) => {
      const session = accept();
      const env: NodeJS.ProcessEnv = { PATH: process.env['PATH'], HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1' };
      session.on('env', (acceptEnv, _reject, { key: name, val }) => {
        if (name === 'GIT_PROTOCOL') env['GIT_PROTOCOL'] = val;
        acceptEnv?.();
      });
      session.on('exec', (acceptExec, _reject, { command }) => {
        commands.push(command);
        const channel = acceptExec();
        const child = run(command, env);
        if (child === undefined) {
          channel.exit(127);
          channel.end();
          return;
        }
        channel.pipe(child.stdin);
        child.stdin.on('error', () => undefined);
        child.stdout.pipe(channel, { end: false });
        child.stderr.pipe(channel.stderr, { end: false });
        child.on('close', (code) => {
          channel.exit(code ?? 1);
          channel.end();
        });
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo;

  await mkdir(folder, { recursive: true });
  const write = async (name: string, text: string, mode = 0o600) => {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text, { mode });
    return file;
  };
  const keyFile = await write('key', key.private);
  const knownHosts = await write(
    'known-hosts',
    `[127.0.0.1]:${port} ${host.public.split(' ').slice(0, 2).join(' ')}\n`,
  );
  const noHosts = await write('no-hosts', '');
  const programsFor = async (name: string, config: readonly string[]) => {
    const file = await write(
      `${name}.config`,
      ['Host *', 'IdentityAgent none', 'IdentitiesOnly yes', ...config, ''].join('\n'),
    );
    await write(`${name}/ssh`, `#!/bin/sh\nexec ${which('ssh')} -F '${file}' "$@"\n`, 0o755);
    return path.join(folder, name);
  };
  return {
    port,
    programs: await programsFor('knows', [`IdentityFile ${keyFile}`, `UserKnownHostsFile ${knownHosts}`]),
    programsWithoutKey: await programsFor('keyless', ['IdentityFile none', `UserKnownHostsFile ${knownHosts}`]),
    programsOfStranger: await programsFor('stranger', [`IdentityFile ${keyFile}`, `UserKnownHostsFile ${noHosts}`]),
    commands,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const client of clients) client.end();
      }),
  };
}

function uploadPackOf(repositories: string): RunCommand {
  return (command, env) => {
    const place = /^git-upload-pack '([^']+)'$/.exec(command)?.[1];
    if (place === undefined) return undefined;
    return spawn('git', ['-c', 'safe.directory=*', 'upload-pack', path.join(repositories, place)], { env });
  };
}
