import type { LogBatch } from '@shared/contract/log-port.ts';
import { terminalLine } from './line-text.ts';
import type { GutterOptions } from './line-text.ts';
import { hexOfToken } from './terminal-theme.ts';
import { openXterm } from './xterm.ts';

/** Lines that the terminal keeps; what scrolls out of it is on disk. */
export const scrollback = 10_000;
/** Columns where lines are not wrapped. */
const unwrappedColumns = 500;

/** What a terminal shows, for what stands around it. */
export interface TerminalState {
  /** The end is in view. */
  readonly following: boolean;
  /** Lines that came since the end was left. */
  readonly unseen: number;
  /** The last line that was drawn; 0 for none. */
  readonly lastLine: number;
}

/** An xterm that shows a log and nothing else: no input, no links, no titles, no clipboard. */
export interface LiveTerminal {
  write(batch: LogBatch, gutter: GutterOptions, drawn: () => void): void;
  /** Empty again. */
  clear(): void;
  /** Brings a line into view and marks it; false when it isn't in the scrollback. */
  reveal(line: number): boolean;
  scrollToEnd(): void;
  fit(wrap: boolean): void;
  /** Takes the colours of the theme in force. */
  recolor(): void;
  /** The same value until something changes. */
  state(): TerminalState;
  subscribe(listener: () => void): () => void;
  dispose(): void;
}

export function openLiveTerminal(host: HTMLElement, label: string): LiveTerminal {
  const { terminal, room, recolor } = openXterm(host, label, 'surface', {
    disableStdin: true,
    scrollback,
    cursorWidth: 1,
    cursorInactiveStyle: 'none',
    scrollOnUserInput: false,
  });
  terminal.textarea?.setAttribute('readonly', '');
  terminal.write('\x1b[?25l'); // no cursor: there is nothing to type

  const listeners = new Set<() => void>();
  let state: TerminalState = { following: true, unseen: 0, lastLine: 0 };
  let leftAt = 0;
  let mark: { dispose(): void } | undefined;
  let disposed = false;

  const look = () => {
    if (disposed) return;
    const { viewportY, baseY } = terminal.buffer.active;
    const following = viewportY >= baseY;
    if (state.following && !following) leftAt = state.lastLine;
    change({ ...state, following, unseen: following ? 0 : state.lastLine - leftAt });
  };
  const change = (next: TerminalState) => {
    const same = next.following === state.following && next.unseen === state.unseen && next.lastLine === state.lastLine;
    if (same) return;
    state = next;
    for (const listener of listeners) listener();
  };
  terminal.onScroll(look);
  terminal.onRender(look);

  // All keys are the window's: shortcuts must work here too. Those that scroll are answered here.
  terminal.attachCustomKeyEventHandler((event) => {
    if (event.type !== 'keydown' || event.ctrlKey || event.metaKey || event.altKey) return false;
    switch (event.key) {
      case 'ArrowUp':
        terminal.scrollLines(-1);
        break;
      case 'ArrowDown':
        terminal.scrollLines(1);
        break;
      case 'PageUp':
        terminal.scrollPages(-1);
        break;
      case 'PageDown':
        terminal.scrollPages(1);
        break;
      case 'Home':
        terminal.scrollToTop();
        break;
      case 'End':
        terminal.scrollToBottom();
        break;
      default:
        return false;
    }
    event.preventDefault();
    return false;
  });

  /** The row that a line begins at; undefined when it has scrolled out. Rows that go on with a wrapped line don't count. */
  const rowOf = (line: number): number | undefined => {
    const { active } = terminal.buffer;
    let at = state.lastLine;
    if (line > at) return undefined;
    for (let row = active.baseY + active.cursorY - 1; row >= 0; row--) {
      if (active.getLine(row)?.isWrapped === true) continue;
      if (at === line) return row;
      at -= 1;
    }
    return undefined;
  };

  return {
    write(batch, gutter, drawn) {
      let text = '';
      const lines = batch.text.split('\n');
      for (let index = 0; index < lines.length; index++) {
        text += terminalLine(
          {
            line: batch.first + index,
            stepId: batch.steps[batch.step[index] ?? 0] ?? '',
            vertex: batch.vertex[index] ?? 0,
            time: batch.times[index] ?? 0,
            text: lines[index] ?? '',
          },
          gutter,
        );
      }
      terminal.write(text, () => {
        const lastLine = batch.first + lines.length - 1;
        change({ ...state, lastLine, unseen: state.following ? 0 : lastLine - leftAt });
        drawn();
      });
    },
    clear() {
      mark?.dispose();
      terminal.reset();
      terminal.write('\x1b[?25l');
      change({ following: true, unseen: 0, lastLine: 0 });
    },
    reveal(line) {
      const row = rowOf(line);
      if (row === undefined) return false;
      const { baseY, cursorY } = terminal.buffer.active;
      mark?.dispose();
      const marker = terminal.registerMarker(row - (baseY + cursorY));
      mark = marker;
      terminal.registerDecoration({
        marker,
        width: terminal.cols,
        layer: 'bottom',
        backgroundColor: hexOfToken('selected'),
      });
      terminal.scrollToLine(Math.max(0, row - Math.floor(terminal.rows / 3)));
      look();
      return true;
    },
    scrollToEnd() {
      terminal.scrollToBottom();
      look();
    },
    fit(wrap) {
      const free = room();
      if (free === undefined) return;
      const columns = wrap ? free.columns : Math.max(free.columns, unwrappedColumns);
      if (columns === terminal.cols && free.rows === terminal.rows) return;
      const following = state.following;
      terminal.resize(columns, Math.max(2, free.rows));
      if (following) terminal.scrollToBottom();
    },
    recolor,
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispose() {
      disposed = true;
      terminal.dispose();
    },
  };
}
