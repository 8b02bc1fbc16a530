import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { bridge } from '../../../api/bridge.ts';
import { client } from '../../../api/client.ts';
import { useResolvedTheme } from '../../../app/theme.ts';
import type { GutterOptions } from './line-text.ts';
import { openLiveTerminal, scrollback } from './live-terminal.ts';
import type { LiveTerminal, TerminalState } from './live-terminal.ts';
import { openLogFeed } from './log-feed.ts';
import type { LineTarget } from './stored-log-view.tsx';
import { lettersLoaded } from './xterm.ts';

/** A count that changes more often can't be read (ms). */
const tellMs = 100;

interface LiveLogViewProps {
  readonly runId: string;
  readonly label: string;
  readonly gutter: GutterOptions;
  readonly wrap: boolean;
  readonly target: LineTarget | undefined;
  /** The line isn't in the terminal's scrollback. */
  readonly onOutOfReach: (target: LineTarget) => void;
  readonly onState: (state: TerminalState) => void;
  /** The number of the first line that is shown at all: earlier ones are only on disk. */
  readonly onFirstLine: (line: number) => void;
  readonly onFailed: (code: string) => void;
  /** Turning true brings the end into view. */
  readonly following: boolean;
}

/** The whole log as it comes, in a terminal: its last lines, the rest stays on disk. */
export function LiveLogView({
  runId,
  label,
  gutter,
  wrap,
  target,
  onOutOfReach,
  onState,
  onFirstLine,
  onFailed,
  following,
}: LiveLogViewProps) {
  const host = useRef<HTMLDivElement>(null);
  const [terminal, setTerminal] = useState<LiveTerminal>();
  const theme = useResolvedTheme();
  const { numbers, times, steps } = gutter;
  const startedAt = times === 'relative' ? gutter.startedAt : 0;
  /** Lines are drawn anew with another gutter. */
  const feed = `${runId} ${numbers} ${times} ${startedAt} ${[...(steps?.labels.keys() ?? [])].join(' ')}`;
  const [endedFeed, setEndedFeed] = useState<string>();
  const ended = endedFeed === feed;

  const fit = useEffectEvent(() => terminal?.fit(wrap));
  const tell = useEffectEvent((state: TerminalState) => onState(state));
  const outOfReach = useEffectEvent((wanted: LineTarget) => onOutOfReach(wanted));
  const failed = useEffectEvent((code: string) => onFailed(code));
  const firstLine = useEffectEvent((line: number) => onFirstLine(line));

  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    let opened: LiveTerminal | undefined;
    let gone = false;
    let stop = () => {};
    const observer = new ResizeObserver(() => fit());
    void lettersLoaded().then(() => {
      if (gone) return;
      opened = openLiveTerminal(element, label);
      const shown = opened;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const end = shown.subscribe(() => {
        timer ??= setTimeout(() => {
          timer = undefined;
          tell(shown.state());
        }, tellMs);
      });
      stop = () => {
        end();
        clearTimeout(timer);
      };
      setTerminal(opened);
      observer.observe(element);
    });
    return () => {
      gone = true;
      observer.disconnect();
      stop();
      opened?.dispose();
      setTerminal(undefined);
    };
  }, [label]);

  useEffect(() => {
    if (following && terminal?.state().following === false) terminal.scrollToEnd();
  }, [terminal, following]);
  useEffect(() => fit(), [terminal, wrap]);
  useEffect(() => terminal?.recolor(), [terminal, theme]);

  useEffect(() => {
    if (terminal === undefined) return;
    const asked = new AbortController();
    let close = () => {};
    terminal.clear();
    client.runs.lineRanges({ runId }, asked.signal).then(
      ({ lines }) => {
        if (asked.signal.aborted) return;
        const from = Math.max(1, lines - scrollback + 1);
        firstLine(from);
        close = openLogFeed(bridge(), runId, from, {
          onBatch: (batch, drawn) => terminal.write(batch, { numbers, times, startedAt, steps }, drawn),
          onEnd: () => setEndedFeed(feed),
          onFailed: failed,
        });
      },
      () => {
        if (!asked.signal.aborted) failed('internal');
      },
    );
    return () => {
      asked.abort();
      close();
    };
  }, [terminal, feed, runId, numbers, times, startedAt, steps]);

  // Only when the log is there in full can a line be missing for good.
  const reveal = useEffectEvent((wanted: LineTarget) => {
    if (terminal === undefined || terminal.reveal(wanted.line)) return;
    if (ended || wanted.line <= terminal.state().lastLine) outOfReach(wanted);
  });
  useEffect(() => {
    if (target !== undefined) reveal(target);
  }, [target, ended, terminal]);

  return (
    <div
      role="log"
      aria-live="off"
      aria-label={label}
      className="h-full overflow-x-auto overflow-y-hidden bg-surface pl-2"
    >
      <div ref={host} className="h-full font-mono" data-ended={ended || undefined} />
    </div>
  );
}
