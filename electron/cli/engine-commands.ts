import type { Command } from 'commander';
import type { EmulationFlags } from './emulation-command.ts';
import type { EngineFlags } from './engines-command.ts';
import type { Action } from './command-action.ts';
import type { Messages } from './messages.ts';

/** `slipway engine …`: which engines there are, and what they can do. */
export function engineCommands(program: Command, run: (action: Action) => Promise<void>, t: Messages['t']): void {
  const engine = program
    .command('engine')
    .description(t('help.engine'))
    .option('--json', t('help.json'), false)
    .action((flags: { json: boolean }) =>
      run(async (runtime, output, messages, signal) =>
        (await import('./engine-command.ts')).engineCommand(runtime, flags.json, output, messages, signal),
      ),
    );
  engine
    .command('emulation')
    .description(t('help.emulation'))
    .argument('[name]', t('help.engineNameOrDefault'))
    .option('--install', t('help.emulationInstall'), false)
    .option('--yes', t('help.emulationYes'), false)
    .action((name: string | undefined, flags: EmulationFlags) =>
      run(async (runtime, output, messages, signal) =>
        (await import('./emulation-command.ts')).emulationCommand(
          runtime,
          name,
          flags,
          wantsJson(engine),
          output,
          messages,
          signal,
        ),
      ),
    );
  engine
    .command('list')
    .description(t('help.enginesList'))
    .action(() =>
      run(async (runtime, output, messages, signal) =>
        (await import('./engines-command.ts')).listEngines(runtime, wantsJson(engine), output, messages, signal),
      ),
    );
  engine
    .command('add')
    .description(t('help.enginesAdd'))
    .argument('<name>', t('help.engineName'))
    .argument('<address>', t('help.engineAddress'))
    .option('--buildkit', t('help.engineBuildKit'), false)
    .option('--tls', t('help.engineTls'), false)
    .option('--tls-folder <path>', t('help.engineTlsFolder'))
    .option('--tls-ca <path>', t('help.engineTlsFile', { what: 'ca.pem' }))
    .option('--tls-cert <path>', t('help.engineTlsFile', { what: 'cert.pem' }))
    .option('--tls-key <path>', t('help.engineTlsFile', { what: 'key.pem' }))
    .option('--use', t('help.engineMakeDefault'), false)
    .action((name: string, address: string, flags: EngineFlags) =>
      run(async (runtime, output, messages, signal) =>
        (await import('./engines-command.ts')).addEngine(runtime, name, address, flags, output, messages, signal),
      ),
    );
  for (const [command, help] of [
    ['remove', 'help.enginesRemove'],
    ['use', 'help.enginesUse'],
    ['show', 'help.enginesShow'],
    ['test', 'help.enginesTest'],
  ] as const) {
    engine
      .command(command)
      .description(t(help))
      .argument('<name>', t('help.engineName'))
      .action((name: string) =>
        run(async (runtime, output, messages, signal) => {
          const { changeEngine, showEngine } = await import('./engines-command.ts');
          return command === 'remove' || command === 'use'
            ? changeEngine(runtime, command, name, output, messages, signal)
            : showEngine(runtime, name, wantsJson(engine), output, messages, signal);
        }),
      );
  }
}

/** `--json` of a command that has commands below it, wherever it stands. */
function wantsJson(command: Command): boolean {
  return command.opts<{ readonly json: boolean }>().json;
}
