import { ArrowDownToLine, Ban, ChartGantt, Clock, Pencil, RotateCw, Search, SkipBack, SkipForward } from 'lucide-react';
import { useEffectEvent, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { isFinal } from '@shared/model/run.ts';
import type { Run } from '@shared/model/run.ts';
import { useCommands } from '../../commands/index.ts';
import type { Command } from '../../commands/index.ts';
import { nextTimes } from './log/log-pane.tsx';
import type { LogPrefs } from './log/use-log-prefs.ts';
import type { RunActions } from './use-run-actions.ts';

interface RunCommandParts {
  readonly run: Run;
  readonly actions: RunActions;
  /** Something is open that Escape closes. */
  readonly canGoBack: boolean;
  readonly onBack: () => void;
  readonly onStep: (by: 1 | -1) => void;
  readonly onFailure: (by: 1 | -1) => void;
  readonly onFollow: () => void;
  readonly onSearch: () => void;
  readonly prefs: LogPrefs;
  readonly onPrefs: (change: Partial<LogPrefs>) => void;
}

/** The commands of the run screen. */
export function useRunCommands(parts: RunCommandParts): void {
  const { t } = useTranslation('run');
  const { run, canGoBack } = parts;
  const over = isFinal(run.status);
  const { canceling } = parts.actions;
  const latest = useEffectEvent(() => parts);
  const commands = useMemo<readonly Command[]>(
    () => [
      {
        id: 'run.rerun',
        title: t('rerunSame'),
        group: 'run',
        icon: RotateCw,
        shortcuts: ['mod+r'],
        run: () => latest().actions.rerun(),
      },
      {
        id: 'run.rerunNoCache',
        title: t('rerunNoCache'),
        group: 'run',
        icon: RotateCw,
        run: () => latest().actions.rerunWithoutCache(),
      },
      { id: 'run.edit', title: t('rerunEdit'), group: 'run', icon: Pencil, run: () => latest().actions.edit() },
      {
        id: 'run.cancel',
        title: t('cancelRun'),
        group: 'run',
        icon: Ban,
        shortcuts: ['mod+.'],
        ...(over ? { disabled: t('isOver') } : canceling ? { disabled: t('canceling') } : {}),
        run: () => latest().actions.cancel(),
      },
      {
        id: 'log.find',
        title: t('search.label'),
        group: 'log',
        icon: Search,
        shortcuts: ['mod+f'],
        run: () => latest().onSearch(),
      },
      {
        id: 'log.follow',
        title: t('log.follow'),
        group: 'log',
        icon: ArrowDownToLine,
        shortcuts: ['l'],
        run: () => latest().onFollow(),
      },
      {
        id: 'log.times',
        title: t('log.times'),
        group: 'log',
        icon: Clock,
        shortcuts: ['t'],
        run: () => latest().onPrefs({ times: nextTimes(latest().prefs.times) }),
      },
      {
        id: 'run.waterfall',
        title: t('steps.toggle'),
        group: 'run',
        icon: ChartGantt,
        shortcuts: ['w'],
        run: () => latest().onPrefs({ layout: latest().prefs.layout === 'above' ? 'beside' : 'above' }),
      },
      {
        id: 'run.nextFailure',
        title: t('failure.next'),
        group: 'run',
        icon: SkipForward,
        shortcuts: ['f'],
        run: () => latest().onFailure(1),
      },
      {
        id: 'run.previousFailure',
        title: t('failure.previous'),
        group: 'run',
        icon: SkipBack,
        shortcuts: ['shift+f'],
        run: () => latest().onFailure(-1),
      },
      { id: 'run.nextStep', title: t('steps.next'), group: 'run', shortcuts: ['j'], run: () => latest().onStep(1) },
      {
        id: 'run.previousStep',
        title: t('steps.previous'),
        group: 'run',
        shortcuts: ['k'],
        run: () => latest().onStep(-1),
      },
      ...(canGoBack
        ? [
            {
              id: 'run.back',
              title: t('log.whole'),
              group: 'run',
              shortcuts: ['escape'],
              hidden: true,
              run: () => latest().onBack(),
            } as const,
          ]
        : []),
    ],
    [t, over, canceling, canGoBack],
  );
  useCommands(commands);
}
