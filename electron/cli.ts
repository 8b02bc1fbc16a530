/** The command line: `slipway`. Plain Node, the same runtime as the window (docs/cli.md). */
import { Command, CommanderError, Option } from 'commander';
import { appFailure, toAppError } from '@shared/model/app-error.ts';
import packageJson from '../package.json' with { type: 'json' };
import { withAttestationValues } from './cli/attestation-flags.ts';
import type { BuildFlags } from './cli/build-command.ts';
import type { Action } from './cli/command-action.ts';
import { engineCommands } from './cli/engine-commands.ts';
import { type ExitCode, exitCodeOfError, exitCodes } from './cli/exit-codes.ts';
import { refusedEvent } from './cli/finished-event.ts';
import type { PrincipalFlags } from './cli/key-vault-command.ts';
import { addGitCommands } from './cli/git-commands.ts';
import { loadMessages, type Messages, shellLanguage } from './cli/messages.ts';
import { createOutput, type Output } from './cli/output.ts';
import { addRegistryCommands } from './cli/registry-commands.ts';
import type { RunFlags } from './cli/run-command.ts';
import type { ListFlags } from './cli/runs-command.ts';
import type { TaskFlags } from './cli/task-inputs.ts';
import type { Runtime } from './runtime.ts';
import { slipwayHome } from './home.ts';

const several = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** Starts the runtime for one command, lets Ctrl-C and SIGTERM abort it, and leaves nothing behind. */
async function withRuntime(action: Action): Promise<ExitCode> {
  const messages = await loadMessages(shellLanguage(process.env));
  const output = createOutput(messages, process.env);
  const canceled = new AbortController();
  const cancel = () => canceled.abort();
  process.on('SIGINT', cancel);
  process.on('SIGTERM', cancel);
  try {
    const { createRuntime } = await import('./runtime.ts');
    const runtime = await createRuntime({
      home: slipwayHome(process.env, process.platform),
      env: process.env,
      owner: 'cli',
    });
    try {
      // Nothing that is shown from here on says of a killed run that it goes on.
      await runtime.recover();
      return await action(runtime, output, messages, canceled.signal);
    } finally {
      await runtime.close();
    }
  } catch (thrown) {
    const error = toAppError(thrown);
    if (canceled.signal.aborted) return exitCodes.canceled;
    output.error(error);
    return exitCodeOfError(error.code);
  }
}

/** Finds an engine first (`named` says which), clears away what killed runs left in it, and says all about it when there is none. */
function withEngine(
  json: boolean,
  named: (runtime: Runtime, signal: AbortSignal) => Promise<string | undefined>,
  action: Action,
): Action {
  return async (runtime, output, messages, canceled) => {
    const { findEngineFor } = await import('./cli/engines-command.ts');
    const status = await findEngineFor(runtime, await named(runtime, canceled), canceled);
    if (status.state === 'ready') {
      if (status.info.embedded) output.progress(messages.t('engine.embeddedExplained'));
      await runtime.start();
      return action(runtime, output, messages, canceled);
    }
    const { sayNoEngine } = await import('./cli/engine-command.ts');
    sayNoEngine(status, output, messages);
    if (json && status.state === 'absent') output.event(refusedEvent(status.error, messages));
    return exitCodes.noEngine;
  };
}

/** Whoever reads what we print may have enough of it (`slipway runs logs ca1 | head`). That is no error, and a build goes on. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

async function main(): Promise<ExitCode> {
  process.stdout.on('error', ignoreClosedPipe);
  process.stderr.on('error', ignoreClosedPipe);
  let exitCode: ExitCode = exitCodes.succeeded;
  const run = async (action: Action) => {
    exitCode = await withRuntime(action);
  };
  /** What needs neither home nor engine: a command over files. */
  const runAlone = async (action: (output: Output, messages: Messages, signal: AbortSignal) => Promise<ExitCode>) => {
    exitCode = await action(createOutput(messages, process.env), messages, new AbortController().signal);
  };
  const messages = await loadMessages(shellLanguage(process.env));
  const { t } = messages;
  const program = new Command('slipway')
    .description(t('help.slipway'))
    .version(packageJson.version)
    .exitOverride()
    .showHelpAfterError();

  program
    .command('build')
    .description(t('help.build'))
    .argument('<context>', t('help.context'))
    .option('-t, --image <name>', t('help.image'), several, [])
    .addOption(new Option('--tag <name>').argParser(several).default([]).hideHelp())
    .option('-f, --file <path>', t('help.file'))
    .option('--target <stage>', t('help.target'))
    .option('--platform <platforms>', t('help.platform'))
    .option('--engine <name>', t('help.engineOption'))
    .option('--build-arg <name=value>', t('help.buildArg'), several, [])
    .option('--secret-build-arg <name=value>', t('help.secretBuildArg'), several, [])
    .option('--secret <id=…,src=…|env=…>', t('help.secret'), several, [])
    .option('--ssh <default|id=path>', t('help.ssh'), several, [])
    .option('--label <name=value>', t('help.label'), several, [])
    .option('--no-cache', t('help.noCache'))
    .option('--cache-from <cache>', t('help.cacheFrom'), several, [])
    .option('--cache-to <cache>', t('help.cacheTo'), several, [])
    .option('--attest <type=…>', t('help.attest'), several, [])
    .option('--sbom <options>', t('help.sbom'))
    .option('--provenance <options>', t('help.provenance'))
    .option('--pull', t('help.pull'), false)
    .option('--no-push', t('help.noPush'))
    .option('-r, --registry <host>', t('help.registry'))
    .option('--timeout <seconds>', t('help.timeout'))
    .option('--json', t('help.json'), false)
    .action((context: string, flags: BuildFlags) =>
      run(
        withEngine(
          flags.json,
          async () => flags.engine,
          async (runtime, output, messages, canceled) => {
            const { buildCommand } = await import('./cli/build-command.ts');
            return buildCommand(runtime, context, flags, output, messages, canceled);
          },
        ),
      ),
    );

  program
    .command('run')
    .description(t('help.run'))
    .argument('[context]', t('help.runContext'))
    .option('-f, --file <path>', t('help.taskFile'))
    .option('--cmd <command>', t('help.cmd'))
    .option('--set <name=value>', t('help.set'), several, [])
    .option('--set-secret <name=value>', t('help.setSecret'), several, [])
    .option('--values <path>', t('help.values'))
    .option('--platform <platform>', t('help.runPlatform'))
    .option('--engine <name>', t('help.engineOption'))
    .option('-r, --registry <host>', t('help.runRegistry'))
    .option('--timeout <seconds>', t('help.timeout'))
    .option('--allow <permission>', t('help.allow'), several, [])
    .option('--ask-again', t('help.askAgain'), false)
    .option('--break-before <step>', t('help.breakBefore'), several, [])
    .option('--break-after <step>', t('help.breakAfter'), several, [])
    .option('--break-on-failure', t('help.breakOnFailure'), false)
    .option('--json', t('help.json'), false)
    .action((context: string | undefined, flags: RunFlags) =>
      run(
        withEngine(
          flags.json,
          async () => flags.engine,
          async (runtime, output, messages, canceled) => {
            const { runCommand } = await import('./cli/run-command.ts');
            return runCommand(runtime, context, flags, output, messages, canceled);
          },
        ),
      ),
    );
  const ofTask = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .requiredOption('-f, --file <path>', t('help.taskFile'))
      .option('--values <path>', t('help.values'))
      .option('--set <name=value>', t('help.set'), several, [])
      .option('--id <id>', t('help.runVariable', { name: 'ID' }))
      .option('--commit <commit>', t('help.runVariable', { name: 'Commit' }))
      .option('--repository <address>', t('help.runVariable', { name: 'Repository' }))
      .option('--branch <branch>', t('help.runVariable', { name: 'Branch' }))
      .option('--git-tag <tag>', t('help.runVariable', { name: 'GitTag' }))
      .option('--triggered-by <text>', t('help.runVariable', { name: 'TriggeredBy' }))
      .option('-r, --registry <host>', t('help.runVariable', { name: 'Registry' }))
      .option('--os-version <version>', t('help.runVariable', { name: 'OSVersion' }))
      .option('--task-name <name>', t('help.runVariable', { name: 'TaskName' }))
      .option('--shared-volume <name>', t('help.runVariable', { name: 'SharedVolume' }))
      .option('--date <moment>', t('help.runVariable', { name: 'Date' }))
      .option('--strict', t('help.strict'), false);
  ofTask('render', t('help.render')).action((flags: TaskFlags) =>
    runAlone(async (output, messages, signal) =>
      (await import('./cli/validate-command.ts')).renderCommand(flags, output, messages, signal),
    ),
  );
  ofTask('validate', t('help.validate'))
    .option('--json', t('help.json'), false)
    .action((flags: TaskFlags & { json: boolean }) =>
      runAlone(async (output, messages, signal) =>
        (await import('./cli/validate-command.ts')).validateCommand(flags, output, messages, signal),
      ),
    );

  const runs = program.command('runs').description(t('help.runs'));
  runs
    .command('list')
    .description(t('help.runsList'))
    .option('--task <name>', t('help.filterTask'))
    .option('--status <status>', t('help.filterStatus'))
    .option('-t, --image <name>', t('help.filterImage'))
    .option('--since <span|moment>', t('help.filterSince'))
    .option('--top <count>', t('help.top'), '15')
    .option('--json', t('help.json'), false)
    .action((flags: ListFlags) =>
      run(async (runtime, output, _messages, signal) =>
        (await import('./cli/runs-command.ts')).listRuns(runtime, flags, output, signal),
      ),
    );
  runs
    .command('show')
    .description(t('help.runsShow'))
    .argument('<run>')
    .option('--json', t('help.json'), false)
    .action((runId: string, flags: { json: boolean }) =>
      run(async (runtime, output, _messages, signal) =>
        (await import('./cli/runs-command.ts')).showRun(runtime, runId, flags.json, output, signal),
      ),
    );
  runs
    .command('attestations')
    .description(t('help.runsAttestations'))
    .argument('<run>')
    .argument('[digest]')
    .option('--json', t('help.json'), false)
    .action((runId: string, digest: string | undefined, flags: { json: boolean }) =>
      run(async (runtime, output, _messages, signal) => {
        const { listAttestations, printStatement } = await import('./cli/attestations-command.ts');
        return digest === undefined
          ? listAttestations(runtime, runId, flags.json, output, signal)
          : printStatement(runtime, runId, digest, output, signal);
      }),
    );
  runs
    .command('logs')
    .description(t('help.runsLogs'))
    .argument('<run>')
    .option('-f, --follow', t('help.follow'), false)
    .option('--platform <platform>', t('help.logPlatform'))
    .option('--json', t('help.json'), false)
    .action((runId: string, flags: { follow: boolean; json: boolean; platform?: string }) =>
      run(async (runtime, output, messages, signal) =>
        (await import('./cli/runs-command.ts')).printLog(runtime, runId, flags, output, messages, signal),
      ),
    );
  runs
    .command('cancel')
    .description(t('help.runsCancel'))
    .argument('<run>')
    .action((runId: string) =>
      run(async (runtime, output, messages, signal) =>
        (await import('./cli/runs-command.ts')).cancelRun(runtime, runId, output, messages, signal),
      ),
    );
  runs
    .command('rerun')
    .description(t('help.runsRerun'))
    .argument('<run>')
    .option('--json', t('help.json'), false)
    .action((runId: string, flags: { json: boolean }) =>
      run(
        withEngine(
          flags.json,
          async (runtime, signal) => {
            const { request } = await runtime.handlers.runs.show({ runId }, signal);
            return request.kind === 'quickBuild' ? request.build.engine : request.run.engine;
          },
          async (runtime, output, messages, canceled) =>
            (await import('./cli/runs-command.ts')).rerun(runtime, runId, flags.json, output, messages, canceled),
        ),
      ),
    );

  engineCommands(program, run, t);

  const secret = program.command('secret').description(t('help.secretGroup'));
  secret
    .command('set')
    .description(t('help.secretSet'))
    .argument('<address>', t('help.secretAddress'))
    .action((address: string) =>
      run(async (runtime, output, messages, signal) =>
        (await import('./cli/secret-command.ts')).setSecret(runtime, address, output, messages, signal),
      ),
    );
  secret
    .command('list')
    .description(t('help.secretList'))
    .action(() =>
      run(async (runtime, output, _messages, signal) =>
        (await import('./cli/secret-command.ts')).listSecrets(runtime, output, signal),
      ),
    );
  secret
    .command('remove')
    .description(t('help.secretRemove'))
    .argument('<address>', t('help.secretAddress'))
    .action((address: string) =>
      run(async (runtime, output, messages, signal) =>
        (await import('./cli/secret-command.ts')).removeSecret(runtime, address, output, messages, signal),
      ),
    );

  const keyVault = secret.command('keyvault').description(t('help.keyVaultGroup'));
  const cloud = () => new Option('--cloud <name>', t('help.keyVaultCloud')).default('AzureCloud');
  keyVault
    .command('set')
    .description(t('help.keyVaultSet'))
    .requiredOption('--tenant <id>', t('help.keyVaultTenant'))
    .requiredOption('--client-id <id>', t('help.keyVaultClientId'))
    .addOption(cloud())
    .action((flags: PrincipalFlags) =>
      run(async (runtime, output, messages, signal) =>
        (await import('./cli/key-vault-command.ts')).setPrincipal(runtime, flags, output, messages, signal),
      ),
    );
  keyVault
    .command('show')
    .description(t('help.keyVaultShow'))
    .option('--json', t('help.json'), false)
    .action((flags: { json: boolean }) =>
      run(async (runtime, output, _messages, signal) =>
        (await import('./cli/key-vault-command.ts')).showPrincipals(runtime, flags.json, output, signal),
      ),
    );
  keyVault
    .command('remove')
    .description(t('help.keyVaultRemove'))
    .addOption(cloud())
    .action((flags: Pick<PrincipalFlags, 'cloud'>) =>
      run(async (runtime, output, messages, signal) =>
        (await import('./cli/key-vault-command.ts')).withPrincipal(runtime, 'remove', flags, output, messages, signal),
      ),
    );
  keyVault
    .command('test')
    .description(t('help.keyVaultTest'))
    .addOption(cloud())
    .action((flags: Pick<PrincipalFlags, 'cloud'>) =>
      run(async (runtime, output, messages, signal) =>
        (await import('./cli/key-vault-command.ts')).withPrincipal(runtime, 'test', flags, output, messages, signal),
      ),
    );

  addGitCommands(program, messages, run);
  const inDefaultEngine = (json: boolean, action: Action) => withEngine(json, () => Promise.resolve(undefined), action);
  addRegistryCommands(program, run, inDefaultEngine, messages);

  try {
    await program.parseAsync(withAttestationValues(process.argv));
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return exitCodes.succeeded;
    if (process.argv.includes('--json')) {
      const failure = appFailure('request.invalid', { params: { reason: error.message } });
      createOutput(messages, process.env).event(refusedEvent(failure.error, messages));
    }
    return exitCodes.usage;
  }
  return exitCode;
}

main().then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exitCode = exitCodes.failed;
  },
);
