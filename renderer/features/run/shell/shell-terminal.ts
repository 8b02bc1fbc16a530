import { openXterm } from '../log/xterm.ts';

/** Lines that can be scrolled back to. */
const scrollback = 5_000;

/** What an interactive terminal tells. */
export interface ShellTerminalListener {
  readonly onInput: (text: string) => void;
  readonly onResize: (columns: number, rows: number) => void;
  /** The keys that lead out of the terminal were pressed. */
  readonly onLeave: () => void;
  readonly onCopy: (text: string) => void;
}

/** An xterm that is typed in. What runs in it can neither open links, reach the clipboard nor name the window. */
export interface ShellTerminal {
  readonly columns: number;
  readonly rows: number;
  write(data: Uint8Array | string, drawn?: () => void): void;
  fit(): void;
  recolor(): void;
  focus(): void;
  /** For screen readers: reads out what is printed. */
  setReaderMode(on: boolean): void;
  /** Takes no more input. */
  end(): void;
  dispose(): void;
}

export function openShellTerminal(host: HTMLElement, label: string, listener: ShellTerminalListener): ShellTerminal {
  const { terminal, room, recolor } = openXterm(host, label, 'accent', {
    scrollback,
    cursorWidth: 2,
    // Hyperlinks (OSC 8) may say one thing and lead to another.
    linkHandler: { activate: () => undefined },
    macOptionIsMeta: true,
  });
  fit();

  terminal.onData(listener.onInput);
  terminal.onResize(({ cols, rows }) => listener.onResize(cols, rows));

  /** Nothing can be typed any more: keys are the window's again. */
  let ended = false;
  terminal.attachCustomKeyEventHandler((event) => {
    if (event.type !== 'keydown') return !ended;
    if (leaves(event)) {
      event.preventDefault();
      listener.onLeave();
      return false;
    }
    // As terminals have it: Ctrl+C interrupts, with Shift it copies. Pasting is the browser's.
    if (event.ctrlKey && event.shiftKey && event.code === 'KeyC') {
      event.preventDefault();
      if (terminal.hasSelection()) listener.onCopy(terminal.getSelection());
      return false;
    }
    return !ended && !(event.ctrlKey && event.shiftKey && event.code === 'KeyV');
  });
  // Whatever is typed here is the shell's: no shortcut of the window must fire. (⌘ is never a shell's.)
  const keep = (event: KeyboardEvent) => {
    if (!ended && !leaves(event) && !event.metaKey) event.stopPropagation();
  };
  host.addEventListener('keydown', keep);

  function fit(): void {
    const free = room();
    if (free !== undefined) terminal.resize(Math.max(2, free.columns), Math.max(1, free.rows));
  }

  return {
    get columns() {
      return terminal.cols;
    },
    get rows() {
      return terminal.rows;
    },
    write: (data, drawn) => terminal.write(data, drawn),
    fit,
    recolor,
    focus: () => terminal.focus(),
    setReaderMode: (on) => {
      terminal.options.screenReaderMode = on;
    },
    end: () => {
      ended = true;
      terminal.options.disableStdin = true;
      terminal.write('\x1b[?25l');
    },
    dispose: () => {
      host.removeEventListener('keydown', keep);
      terminal.dispose();
    },
  };
}

/** F6 goes to the next part of a window; hardly anything in a shell waits for it. */
function leaves(event: KeyboardEvent): boolean {
  return event.key === 'F6' && !event.ctrlKey && !event.metaKey && !event.altKey;
}
