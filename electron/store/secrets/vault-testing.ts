// For the tests of the vault: a keyring in memory, and the vault in a process of its own.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from 'rolldown';
import type { KeyringAccess } from './keyring.ts';

const projectRoot = path.resolve(import.meta.dirname, '../../..');

/** What one person's keyring holds; two vaults with the same map are the same person's. */
export function memoryKeyring(held = new Map<string, string>()): () => Promise<KeyringAccess> {
  return async () => ({
    kind: 'available',
    keyring: {
      name: 'test keyring',
      get: async (account) => held.get(account),
      set: async (account, value) => {
        held.set(account, value);
      },
    },
  });
}

export const noKeyring = async (): Promise<KeyringAccess> => ({ kind: 'absent', reason: 'none in this test' });

export interface VaultProcess {
  /** Where the program is, to be started with arguments of its own. */
  readonly program: string;
  /** Runs `ACTION …` in a process of its own and gives what it wrote. */
  run(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<string>;
}

/** Bundles the fixture once, where it finds `node_modules`. */
export async function buildVaultProcess(): Promise<VaultProcess> {
  const cache = path.join(projectRoot, '.cache');
  await mkdir(cache, { recursive: true });
  const program = path.join(await mkdtemp(path.join(cache, 'vault-test-')), 'vault-process.mjs');
  await build({
    input: path.join(import.meta.dirname, 'vault-process.fixture.ts'),
    platform: 'node',
    external: (id) => !/^[./]/.test(id) && !id.startsWith('@shared/'),
    resolve: { alias: { '@shared': path.join(projectRoot, 'shared') } },
    logLevel: 'warn',
    output: { file: program, format: 'esm', codeSplitting: false },
  });
  return {
    program,
    async run(args, env = {}) {
      const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], {
        env: { ...process.env, ...env },
      });
      return stdout;
    },
  };
}
