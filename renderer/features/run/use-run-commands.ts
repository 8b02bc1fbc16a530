import {
  ArrowDownToLine,
  Ban,
  ChartGantt,
  Clock,
  FoldVertical,
  Pencil,
  RotateCw,
  Search,
  SkipBack,
  SkipForward,
  Workflow,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { isFinal } from '@shared/model/run.ts';
import type { Run } from '@shared/model/run.ts';
import { useCommands } from '../../commands/index.ts';
import { nextTimes } from './log/log-toolbar.tsx';
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
  /** Shows the graph, or the waterfall again; undefined where there is no graph to show. */
  readonly onGraph: (() => void) | undefined;
  readonly onFoldAll: () => void;
  /** The log folds by steps, and its command has the key that folds all. */
  readonly logFolds: boolean;
  readonly prefs: LogPrefs;
  readonly onPrefs: (change: Partial<LogPrefs>) => void;
}

/** The commands of the run screen. */
export function useRunCommands(parts: RunCommandParts): void {
  const { t } = useTranslation('run');
  const { run, canGoBack, logFolds } = parts;
  const over = isFinal(run.status);
  const { canceling } = parts.actions;
  const withoutCache = parts.actions.rerunWithoutCache !== undefined;
  const graph = parts.onGraph !== undefined;
  useCommands([
    {
      id: 'run.rerun',
      title: t('rerunSame'),
      group: 'run',
      icon: RotateCw,
      shortcuts: ['mod+r'],
      run: () => parts.actions.rerun(),
    },
    ...(withoutCache
      ? [
          {
            id: 'run.rerunNoCache',
            title: t('rerunNoCache'),
            group: 'run',
            icon: RotateCw,
            run: () => parts.actions.rerunWithoutCache?.(),
          } as const,
        ]
      : []),
    { id: 'run.edit', title: t('rerunEdit'), group: 'run', icon: Pencil, run: () => parts.actions.edit() },
    {
      id: 'run.cancel',
      title: t('cancelRun'),
      group: 'run',
      icon: Ban,
      shortcuts: ['mod+.'],
      ...(over ? { disabled: t('isOver') } : canceling ? { disabled: t('canceling') } : {}),
      run: () => parts.actions.cancel(),
    },
    {
      id: 'log.find',
      title: t('search.label'),
      group: 'log',
      icon: Search,
      shortcuts: ['mod+f'],
      run: () => parts.onSearch(),
    },
    {
      id: 'log.follow',
      title: t('log.follow'),
      group: 'log',
      icon: ArrowDownToLine,
      shortcuts: ['l'],
      run: () => parts.onFollow(),
    },
    {
      id: 'log.times',
      title: t('log.times'),
      group: 'log',
      icon: Clock,
      shortcuts: ['t'],
      run: () => parts.onPrefs({ times: nextTimes(parts.prefs.times) }),
    },
    {
      id: 'run.waterfall',
      title: t('steps.toggle'),
      group: 'run',
      icon: ChartGantt,
      shortcuts: ['w'],
      run: () => parts.onPrefs({ layout: parts.prefs.layout === 'above' ? 'beside' : 'above' }),
    },
    ...(graph
      ? [
          {
            id: 'run.graph',
            title: t('graph.toggle'),
            group: 'run',
            icon: Workflow,
            shortcuts: ['g'],
            run: () => parts.onGraph?.(),
          } as const,
        ]
      : []),
    {
      id: 'run.foldAll',
      title: t('steps.foldAll'),
      group: 'run',
      icon: FoldVertical,
      ...(logFolds ? {} : { shortcuts: ['e'] }),
      run: () => parts.onFoldAll(),
    },
    {
      id: 'run.nextFailure',
      title: t('failure.next'),
      group: 'run',
      icon: SkipForward,
      shortcuts: ['f'],
      run: () => parts.onFailure(1),
    },
    {
      id: 'run.previousFailure',
      title: t('failure.previous'),
      group: 'run',
      icon: SkipBack,
      shortcuts: ['shift+f'],
      run: () => parts.onFailure(-1),
    },
    {
      id: 'run.nextStep',
      title: t('steps.next'),
      group: 'run',
      shortcuts: ['j'],
      run: () => parts.onStep(1),
    },
    {
      id: 'run.previousStep',
      title: t('steps.previous'),
      group: 'run',
      shortcuts: ['k'],
      run: () => parts.onStep(-1),
    },
    ...(canGoBack
      ? [
          {
            id: 'run.back',
            title: t('log.whole'),
            group: 'run',
            shortcuts: ['escape'],
            hidden: true,
            run: () => parts.onBack(),
          } as const,
        ]
      : []),
  ]);
}
