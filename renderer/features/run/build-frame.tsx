import { useState } from 'react';
import type { ReactNode } from 'react';
import { buildShellOf, type BuildShellKind } from '@shared/model/build-shell.ts';
import { isFinal } from '@shared/model/run.ts';
import type { Run } from '@shared/model/run.ts';
import { useOperation } from '../../api/hooks.ts';
import { cx } from '../../components/index.ts';
import { shownErrorOf } from './run-outcome.tsx';
import { ShellPanel } from './shell/shell-panel.tsx';
import type { OpenShell } from './shell/shell-panel.tsx';
import { useShellCommand } from './shell/use-shell-command.ts';
import { useShellPrefs } from './shell/use-shell-prefs.ts';

/** A shell that can be opened where a build failed. */
export interface FailureShell {
  readonly kind: BuildShellKind;
  readonly open: () => void;
}

interface BuildFrameProps {
  readonly run: Run;
  /** What is shown of the run, told whether it has only half of the window. */
  readonly steps: (half: boolean, shell: FailureShell | undefined) => ReactNode;
}

/** What a quick build has around its steps: a docked shell, once it has failed. */
export function BuildFrame({ run, steps }: BuildFrameProps) {
  const { data: engines } = useOperation('engine', 'list', undefined);
  const name = run.engine?.name;
  const engine = engines?.find((each) => (name === undefined ? each.isDefault : each.name === name))?.status;
  const [shell, setShell] = useState<OpenShell>();
  const [prefs, setPrefs] = useShellPrefs();
  const error = shownErrorOf(run);
  const over = isFinal(run.status) && error !== undefined && engine !== undefined;
  const kind = over ? buildShellOf(error, engine) : undefined;
  const open = kind === undefined ? undefined : () => setShell({ stepId: 'build', kind });
  useShellCommand(open);
  return (
    <div className={cx('flex min-h-0 flex-1', prefs.dock === 'bottom' ? 'flex-col' : 'flex-row')}>
      <div className="min-h-0 min-w-0 flex-1 overflow-hidden">
        {steps(
          shell !== undefined && prefs.dock === 'right',
          kind === undefined || open === undefined ? undefined : { kind, open },
        )}
      </div>
      {shell !== undefined && (
        <ShellPanel
          runId={run.runId}
          shell={shell}
          prefs={prefs}
          onPrefs={setPrefs}
          onAgain={open}
          onClose={() => setShell(undefined)}
        />
      )}
    </div>
  );
}
