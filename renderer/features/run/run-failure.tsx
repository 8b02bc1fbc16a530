import { SquareTerminal } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppError } from '@shared/model/app-error.ts';
import type { LogLine } from '@shared/model/log-line.ts';
import type { FailedSource, Run } from '@shared/model/run.ts';
import { client } from '../../api/client.ts';
import { useOperation } from '../../api/hooks.ts';
import { navigate } from '../../app/location.ts';
import { paths } from '../../app/paths.ts';
import { Button, cx } from '../../components/index.ts';
import { SourceFailure } from '../git-hosts/source-failure.tsx';
import type { FailureShell } from './build-frame.tsx';
import { failureMarkdown } from './failure-markdown.ts';
import { emptyLineMap, extendLineMap, spansOfRows } from './log/line-map.ts';
import { isBlank, plainLine } from './log/line-text.ts';
import { failedStepSource } from './task-text/failed-step-source.ts';
import type { TaskText } from './task-text/use-task-text.ts';
import { useExitWords } from './use-exit-words.ts';
import type { RunActions } from './use-run-actions.ts';

/** Lines of the failed vertex that are shown. */
const lastLines = 20;

interface RunFailureProps {
  readonly run: Run;
  readonly error: AppError;
  readonly actions: RunActions;
  /** Of a task, once it is known. */
  readonly taskText: TaskText | undefined;
  /** Where it failed, when one can be opened from here. */
  readonly shell?: FailureShell | undefined;
}

/** What went wrong: the instruction, the exit code in words, the last lines, and what helps. */
export function RunFailure({ run, error, actions, taskText, shell }: RunFailureProps) {
  const source = useOperation(
    'runs',
    'failedSource',
    { runId: run.runId },
    { enabled: run.request.kind === 'quickBuild' && error.where?.line !== undefined },
  );
  const stepId = error.where?.step ?? run.steps.find((step) => step.status === 'failed')?.id;
  const step = run.steps.find(({ id }) => id === stepId);
  const inTask = taskText ? failedStepSource(taskText, error, step) : undefined;
  const shown = inTask ?? source.data ?? undefined;
  const vertex = typeof error.params['vertex'] === 'number' ? error.params['vertex'] : undefined;
  const last = useLastLines(run.runId, stepId, vertex);
  const exitCode = typeof error.params['exitCode'] === 'number' ? error.params['exitCode'] : undefined;
  const { t } = useTranslation('run');
  const exitWords = useExitWords();
  const words = exitCode === undefined ? undefined : exitWords(exitCode);
  const fixes = {
    retry: actions.rerun,
    editInputs: actions.edit,
    chooseFolder: actions.edit,
    chooseDockerfile: actions.edit,
    ...(actions.rerunWithoutPush === undefined ? {} : { buildWithoutPush: actions.rerunWithoutPush }),
  };
  return (
    <SourceFailure
      // While it stands still it is the bar above that says what can be done.
      error={run.pause === undefined ? error : { ...error, fixes: [] }}
      onRetry={actions.rerun}
      {...(run.request.kind === 'quickBuild' && { context: run.request.build.context, onContext: openBuild })}
      extraMarkdown={failureMarkdown({ runId: run.runId, source: shown, exit: words, lines: last })}
      onFix={fixes}
    >
      {words !== undefined && <p className="pl-6 text-ink">{words}</p>}
      {shown !== undefined && <Source source={shown} />}
      {last.length > 0 && <LastLines lines={last} />}
      {shell !== undefined && (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Button size="small" icon={SquareTerminal} onClick={shell.open}>
            {t('failure.shell')}
          </Button>
          <p className="min-w-0 flex-1 basis-80 text-xs text-ink-2">{t(`pause.shellIn.${shell.kind}`)}</p>
        </div>
      )}
    </SourceFailure>
  );
}

function openBuild(context: string): void {
  navigate(paths.build(context));
}

function LastLines({ lines }: { readonly lines: readonly string[] }) {
  const { t } = useTranslation('run');
  return (
    <details className="min-w-0">
      <summary className="w-fit rounded-sm text-xs text-ink-2 hover:text-ink">
        {t('failure.lastLines', { count: lines.length })}
      </summary>
      <pre
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label={t('failure.lastLines', { count: lines.length })}
        className="mt-1 max-h-60 overflow-auto rounded-md border border-line bg-surface px-2.5 py-2 leading-4.5"
      >
        {lines.join('\n')}
      </pre>
    </details>
  );
}

function Source({ source }: { readonly source: FailedSource }) {
  const { t } = useTranslation('run');
  const width = String(source.firstLine + source.lines.length).length;
  return (
    <figure className="min-w-0">
      <pre
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label={t('failure.source', { file: source.file })}
        className="overflow-x-auto rounded-md border border-line bg-surface py-1 leading-4.5"
      >
        {source.lines.map((text, index) => {
          const number = source.firstLine + index;
          const failed = number === source.line;
          return (
            <span
              key={number}
              className={cx(
                'block w-max min-w-full pr-3',
                failed ? 'bg-failed-bg font-semibold text-ink shadow-[inset_3px_0_0_var(--failed-fg)]' : 'text-ink-2',
              )}
            >
              <span
                className={cx(
                  'inline-block pr-3 pl-3 text-right select-none',
                  failed ? 'text-failed-fg' : 'text-ink-3',
                )}
              >
                {String(number).padStart(width)}
              </span>
              {text === '' ? ' ' : text}
            </span>
          );
        })}
      </pre>
      {source.changed && <figcaption className="mt-1 text-xs text-ink-3">{t('failure.changed')}</figcaption>}
    </figure>
  );
}

/** The last lines that the failed vertex printed itself, or the step where no vertex is known. */
function useLastLines(runId: string, stepId: string | undefined, vertex: number | undefined): readonly string[] {
  const [lines, setLines] = useState<readonly string[]>([]);
  useEffect(() => {
    if (stepId === undefined) return;
    const asked = new AbortController();
    readLast(runId, stepId, vertex, asked.signal).then(setLines, () => {
      // The log itself, below, says what is wrong with it.
      if (!asked.signal.aborted) setLines([]);
    });
    return () => asked.abort();
  }, [runId, stepId, vertex]);
  return lines;
}

async function readLast(
  runId: string,
  stepId: string,
  vertex: number | undefined,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { ranges } = await client.runs.lineRanges(
    { runId, stepId, ...(vertex === undefined ? {} : { vertex }) },
    signal,
  );
  const map = extendLineMap(emptyLineMap, ranges);
  const wanted = 2 * lastLines;
  const spans = spansOfRows(map, Math.max(0, map.rows - wanted), wanted);
  const answers = await Promise.all(spans.map((span) => client.runs.lines({ runId, stepId, ...span }, signal)));
  const own = answers.flat().filter((line) => vertex === undefined || line.vertex === vertex);
  const printed = own.filter((line: LogLine) => line.stream !== 'engine' && !isBlank(line.text));
  return (printed.length > 0 ? printed : own)
    .slice(-lastLines)
    .map((line) => plainLine({ vertex: 0, text: line.text }));
}
