import { type Command, Option } from 'commander';
import { CredentialKind } from '@shared/model/registry.ts';
import type { Runtime } from '../runtime.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Messages } from './messages.ts';
import type { Output } from './output.ts';
import type { LoginFlags } from './registry-command.ts';

type Action = (runtime: Runtime, output: Output, messages: Messages, signal: AbortSignal) => Promise<ExitCode>;
type Run = (action: Action) => Promise<void>;
/** Finds an engine first. */
type WithEngine = (json: boolean, action: Action) => Action;

interface ListingFlags {
  readonly top: string;
  readonly json: boolean;
}

/** `slipway registry …`: what each takes, and what carries it out. */
export function addRegistryCommands(program: Command, run: Run, withEngine: WithEngine, { t }: Messages): void {
  const registry = program.command('registry').description(t('help.registryGroup'));
  const credentials = () => import('./registry-command.ts');
  const browsing = () => import('./registry-browse-command.ts');
  registry
    .command('login')
    .description(t('help.registryLogin'))
    .argument('<host>')
    .option('-u, --username <name>', t('registry.username'))
    .addOption(new Option('--kind <kind>', t('help.registryKind')).choices(CredentialKind.options).default('password'))
    .option('--expires <date>', t('help.registryExpires'))
    .option('--password-stdin', t('help.passwordStdin'), false)
    .action((host: string, flags: LoginFlags) =>
      run(async (runtime, output, messages, signal) =>
        (await credentials()).loginCommand(runtime, host, flags, output, messages, signal),
      ),
    );
  registry
    .command('logout')
    .description(t('help.registryLogout'))
    .argument('<host>')
    .action((host: string) =>
      run(async (runtime, output, messages, signal) =>
        (await credentials()).logoutCommand(runtime, host, output, messages, signal),
      ),
    );
  registry
    .command('list')
    .description(t('help.registryList'))
    .option('--json', t('help.json'), false)
    .action((flags: { json: boolean }) =>
      run(async (runtime, output, messages, signal) =>
        (await credentials()).listCredentials(runtime, flags.json, output, messages, signal),
      ),
    );
  registry
    .command('test')
    .description(t('help.registryTest'))
    .argument('<host>')
    .option('--repository <name>', t('help.registryRepository'))
    .option('--json', t('help.json'), false)
    .action((host: string, flags: { json: boolean; repository?: string }) =>
      run(async (runtime, output, messages, signal) =>
        (await credentials()).testRegistry(runtime, host, flags, output, messages, signal),
      ),
    );
  registry
    .command('repositories')
    .description(t('help.registryRepositories'))
    .argument('<host>')
    .option('--top <count>', t('help.top'), '1000')
    .option('--json', t('help.json'), false)
    .action((host: string, flags: ListingFlags) =>
      run(async (runtime, output, messages, signal) =>
        (await browsing()).listRepositories(runtime, host, flags, output, messages, signal),
      ),
    );
  registry
    .command('tags')
    .description(t('help.registryTags'))
    .argument('<host/repository>')
    .option('--top <count>', t('help.top'), '1000')
    .option('--json', t('help.json'), false)
    .action((repository: string, flags: ListingFlags) =>
      run(async (runtime, output, messages, signal) =>
        (await browsing()).listTags(runtime, repository, flags, output, messages, signal),
      ),
    );
  registry
    .command('manifest')
    .description(t('help.registryManifest'))
    .argument('<image>')
    .option('--json', t('help.json'), false)
    .action((image: string, flags: { json: boolean }) =>
      run(async (runtime, output, messages, signal) =>
        (await browsing()).showManifest(runtime, image, flags.json, output, messages, signal),
      ),
    );
  const local = () => import('./local-registry-command.ts');
  registry
    .command('start')
    .description(t('help.registryStart'))
    .option('--port <number>', t('help.registryPort'))
    .option('--image <name>', t('help.registryImage'))
    .option('--json', t('help.json'), false)
    .action((flags: { json: boolean; port?: string; image?: string }) =>
      run(
        withEngine(flags.json, async (runtime, output, messages, signal) =>
          (await local()).startLocalRegistry(runtime, flags, output, messages, signal),
        ),
      ),
    );
  for (const [command, help] of [
    ['status', 'help.registryStatus'],
    ['stop', 'help.registryStop'],
  ] as const) {
    registry
      .command(command)
      .description(t(help))
      .option('--json', t('help.json'), false)
      .action(({ json }: { json: boolean }) =>
        run(
          withEngine(json, async (runtime, output, messages, signal) =>
            (await local()).showLocalRegistry(runtime, { stop: command === 'stop', json }, output, messages, signal),
          ),
        ),
      );
  }
  registry
    .command('remove')
    .description(t('help.registryRemove'))
    .option('--data', t('help.registryData'), false)
    .action((flags: { data: boolean }) =>
      run(
        withEngine(false, async (runtime, output, messages, signal) =>
          (await local()).removeLocalRegistry(runtime, flags.data, output, messages, signal),
        ),
      ),
    );
}
