import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { Terminal } from '@xterm/xterm';
import { terminalTheme } from '../log/terminal-theme.ts';

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
  const terminal = new Terminal({
    scrollback,
    fontFamily: getComputedStyle(host).fontFamily,
    fontSize: 12.5,
    lineHeight: 1.15,
    cursorBlink: false,
    cursorStyle: 'bar',
    cursorWidth: 2,
    minimumContrastRatio: 4.5,
    drawBoldTextInBrightColors: false,
    allowProposedApi: true, // Unicode 11 is
    // Hyperlinks (OSC 8) may say one thing and lead to another.
    linkHandler: { activate: () => undefined },
    macOptionIsMeta: true,
    theme: terminalTheme('accent'),
  });
  const fitting = new FitAddon();
  terminal.loadAddon(fitting);
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = '11';
  terminal.open(host);
  terminal.textarea?.setAttribute('aria-label', label);
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
    const proposed = fitting.proposeDimensions();
    if (proposed === undefined || Number.isNaN(proposed.cols) || Number.isNaN(proposed.rows)) return;
    terminal.resize(Math.max(2, proposed.cols), Math.max(1, proposed.rows));
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
    recolor: () => {
      terminal.options.theme = terminalTheme('accent');
    },
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
