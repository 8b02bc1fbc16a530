import type { Client, Handlers } from './define.ts';
import { app } from './app.ts';
import { engine } from './engine.ts';
import { gitHosts } from './git-hosts.ts';
import { keyVault } from './key-vault.ts';
import { quickBuilds } from './quick-builds.ts';
import { registries } from './registries.ts';
import { runs } from './runs.ts';
import { settings } from './settings.ts';
import { taskFiles } from './task-files.ts';

/** Everything that the window can ask of the main process. */
export const contract = { app, engine, gitHosts, keyVault, quickBuilds, registries, runs, settings, taskFiles };
export type Contract = typeof contract;
export type NamespaceName = keyof Contract;

/** What `electron/ipc` needs: all namespaces, handled. */
export type ContractHandlers = { readonly [N in NamespaceName]: Handlers<Contract[N]> };
/** What the runtime handles by itself; `app` is the shell's. */
export type RuntimeHandlers = Omit<ContractHandlers, 'app'>;
/** What the window calls. */
export type ContractClient = { readonly [N in NamespaceName]: Client<Contract[N]> };
