import type { Command } from 'commander';
import type { Runtime } from '../runtime.ts';
import type { ExitCode } from './exit-codes.ts';
import type { GitLoginFlags } from './git-command.ts';
import type { Messages } from './messages.ts';
import type { Output } from './output.ts';

type Action = (runtime: Runtime, output: Output, messages: Messages, signal: AbortSignal) => Promise<ExitCode>;

/** `slipway git …`: tokens of git hosts. */
export function addGitCommands(
  program: Command,
  { t }: Pick<Messages, 't'>,
  run: (action: Action) => Promise<void>,
): void {
  const git = program.command('git').description(t('help.gitGroup'));
  git
    .command('login')
    .description(t('help.gitLogin'))
    .argument('<host>', t('help.gitHost'))
    .option('-u, --username <name>', t('help.gitUsername'))
    .option('--token-stdin', t('help.tokenStdin'), false)
    .action((host: string, flags: GitLoginFlags) =>
      run(async (runtime, output, messages, signal) =>
        (await import('./git-command.ts')).gitLogin(runtime, host, flags, output, messages, signal),
      ),
    );
  git
    .command('logout')
    .description(t('help.gitLogout'))
    .argument('<host>', t('help.gitHost'))
    .action((host: string) =>
      run(async (runtime, output, messages, signal) =>
        (await import('./git-command.ts')).gitLogout(runtime, host, output, messages, signal),
      ),
    );
  git
    .command('list')
    .description(t('help.gitList'))
    .option('--json', t('help.json'), false)
    .action((flags: { json: boolean }) =>
      run(async (runtime, output, _messages, signal) =>
        (await import('./git-command.ts')).listGitHosts(runtime, flags.json, output, signal),
      ),
    );
  git
    .command('test')
    .description(t('help.gitTest'))
    .argument('<repository>', t('help.gitRepository'))
    .option('--json', t('help.json'), false)
    .action((remote: string, flags: { json: boolean }) =>
      run(async (runtime, output, messages, signal) =>
        (await import('./git-command.ts')).testGitHost(runtime, remote, flags.json, output, messages, signal),
      ),
    );
}
