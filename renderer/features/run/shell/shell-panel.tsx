import { Accessibility, PanelBottom, PanelRight, SquareTerminal, X } from 'lucide-react';
import { useEffect, useEffectEvent, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppError } from '@shared/model/app-error.ts';
import { isBuildShell } from '@shared/model/build-shell.ts';
import type { RunPause } from '@shared/model/run.ts';
import { bridge } from '../../../api/bridge.ts';
import { client } from '../../../api/client.ts';
import { useResolvedTheme } from '../../../app/theme.ts';
import { useCommands } from '../../../commands/index.ts';
import { Button, ErrorCard, IconButton, KeyHint, Spinner, cx, notifyFailure } from '../../../components/index.ts';
import { lettersLoaded } from '../log/xterm.ts';
import { openShellFeed } from './shell-feed.ts';
import { openShellTerminal } from './shell-terminal.ts';
import type { ShellTerminal, ShellTerminalListener } from './shell-terminal.ts';
import type { ShellPrefs } from './use-shell-prefs.ts';

/** The shell that is open: a new object opens a new one. */
export interface OpenShell {
  readonly stepId: string;
  readonly kind: RunPause['shell'];
}

interface ShellPanelProps {
  readonly runId: string;
  readonly shell: OpenShell;
  readonly prefs: ShellPrefs;
  readonly onPrefs: (change: Partial<ShellPrefs>) => void;
  /** Opens another one in its place. */
  readonly onAgain: (() => void) | undefined;
  readonly onClose: () => void;
}

type ShellState =
  | { readonly kind: 'opening' | 'ready' }
  | { readonly kind: 'ended'; readonly exitCode: number | undefined }
  | { readonly kind: 'failed'; readonly error: AppError };

/** A terminal in a container of the run that stands still, docked below the run or beside it. Closing it ends the shell. */
export function ShellPanel({ runId, shell, prefs, onPrefs, onAgain, onClose }: ShellPanelProps) {
  const { t } = useTranslation('run');
  const id = useId();
  const host = useRef<HTMLDivElement>(null);
  const closer = useRef<HTMLButtonElement>(null);
  const [terminal, setTerminal] = useState<ShellTerminal>();
  const [state, setState] = useState<ShellState>({ kind: 'opening' });
  const theme = useResolvedTheme();
  const below = prefs.dock === 'bottom';
  const label = t('shell.label', { step: shell.stepId });
  const files = shell.kind === 'none' ? undefined : t(`shell.${shell.kind}`);
  const fit = useEffectEvent(() => terminal?.fit());
  // Another label is no reason to end a shell.
  const openTerminal = useEffectEvent((element: HTMLElement, listener: ShellTerminalListener) =>
    openShellTerminal(element, label, listener),
  );
  const over = useEffectEvent((opened: ShellTerminal, how: ShellState) => {
    opened.end();
    setState(how);
  });

  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    let gone = false;
    let close = () => {};
    const observer = new ResizeObserver(() => fit());
    void lettersLoaded().then(() => {
      if (gone) return;
      const opened = openTerminal(element, {
        onInput: (text) => feed.input(text),
        onResize: (columns, rows) => feed.resize(columns, rows),
        onLeave: () => closer.current?.focus(),
        onCopy: (text) => void client.app.copy({ text }).catch(notifyFailure),
      });
      const feed = openShellFeed(
        bridge(),
        { runId, stepId: shell.stepId, columns: opened.columns, rows: opened.rows },
        {
          onReady: () => setState({ kind: 'ready' }),
          onOutput: (data, drawn) => opened.write(data, drawn),
          onEnded: (exitCode) => over(opened, { kind: 'ended', exitCode }),
          onFailed: (error) => over(opened, { kind: 'failed', error }),
        },
      );
      opened.focus();
      setTerminal(opened);
      observer.observe(element);
      close = () => {
        feed.close();
        opened.dispose();
      };
    });
    return () => {
      gone = true;
      observer.disconnect();
      close();
      setTerminal(undefined);
      setState({ kind: 'opening' });
    };
  }, [runId, shell]);

  useCommands(
    terminal === undefined
      ? []
      : [
          {
            id: 'shell.focus',
            title: t('shell.focus'),
            group: 'run',
            icon: SquareTerminal,
            shortcuts: ['f6'],
            run: () => terminal.focus(),
          },
        ],
  );
  useEffect(() => terminal?.recolor(), [terminal, theme]);
  useEffect(() => terminal?.setReaderMode(prefs.reader), [terminal, prefs.reader]);
  useEffect(() => fit(), [terminal, below]);

  return (
    <aside
      aria-labelledby={id}
      className={cx(
        'flex min-h-0 min-w-0 shrink-0 flex-col border-line-strong bg-surface',
        below ? 'h-[42%] border-t' : 'w-[46%] border-l',
      )}
    >
      <header className="flex h-10 shrink-0 items-center gap-2 border-b border-line pr-2 pl-3">
        <SquareTerminal aria-hidden size={15} strokeWidth={1.75} className="shrink-0 text-accent" />
        <h2 id={id} className="min-w-0 truncate text-sm font-semibold">
          {label}
        </h2>
        <span className="min-w-0 flex-1 truncate text-xs text-ink-3">{below && files}</span>
        <output className="flex shrink-0 items-center gap-1.5 text-xs text-ink-2">
          {state.kind === 'opening' && (
            <>
              <Spinner size={12} /> {t(isBuildShell(shell.kind) ? 'shell.building' : 'shell.opening')}
            </>
          )}
          {state.kind === 'ready' && (
            <span className="flex items-center gap-1 text-ink-3">
              <KeyHint shortcut="f6" /> {t('shell.leave')}
            </span>
          )}
          {state.kind === 'ended' &&
            (state.exitCode === undefined ? t('shell.cut') : t('shell.ended', { code: state.exitCode }))}
        </output>
        {(state.kind === 'ended' || state.kind === 'failed') && onAgain !== undefined && (
          <Button size="small" onClick={onAgain}>
            {t('shell.again')}
          </Button>
        )}
        <span className="flex shrink-0">
          <IconButton
            icon={Accessibility}
            label={t('shell.reader')}
            pressed={prefs.reader}
            onClick={() => onPrefs({ reader: !prefs.reader })}
          />
          <IconButton
            icon={below ? PanelRight : PanelBottom}
            label={below ? t('shell.beside') : t('shell.below')}
            onClick={() => onPrefs({ dock: below ? 'right' : 'bottom' })}
          />
          <IconButton ref={closer} icon={X} label={t('shell.close')} onClick={onClose} />
        </span>
      </header>
      {!below && <p className="shrink-0 border-b border-line px-3 py-1.5 text-xs text-ink-2">{files}</p>}
      {state.kind === 'failed' && (
        <div className="min-h-0 overflow-y-auto p-3">
          <ErrorCard error={state.error} {...(onAgain === undefined ? {} : { onFix: { retry: onAgain } })} />
        </div>
      )}
      <div className="min-h-0 flex-1 overflow-hidden py-1 pl-2" hidden={state.kind === 'failed'}>
        <div ref={host} className="h-full font-mono" />
      </div>
    </aside>
  );
}
