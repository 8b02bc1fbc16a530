import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { Terminal } from '@xterm/xterm';
import type { ITerminalOptions } from '@xterm/xterm';
import { terminalTheme } from './terminal-theme.ts';

/** An xterm in the letters and colours of the window. */
export interface Xterm {
  readonly terminal: Terminal;
  /** How many columns and rows have room in the host; undefined while it isn't laid out. */
  readonly room: () => { readonly columns: number; readonly rows: number } | undefined;
  /** Takes the colours of the theme in force. */
  readonly recolor: () => void;
}

type XtermOptions = Pick<
  ITerminalOptions,
  | 'scrollback'
  | 'cursorWidth'
  | 'cursorInactiveStyle'
  | 'disableStdin'
  | 'scrollOnUserInput'
  | 'linkHandler'
  | 'macOptionIsMeta'
>;

const letters = { size: 12.5, family: 'JetBrains Mono Variable' };

/** A terminal measures its letters once, when it is opened: by then they have to be here. */
export async function lettersLoaded(): Promise<void> {
  await document.fonts.load(`${letters.size}px '${letters.family}'`);
}

/** Opens a terminal in its host. `cursor` is a token; `surface` hides it. */
export function openXterm(
  host: HTMLElement,
  label: string,
  cursor: Parameters<typeof terminalTheme>[0],
  options: XtermOptions,
): Xterm {
  const terminal = new Terminal({
    ...options,
    fontFamily: getComputedStyle(host).fontFamily,
    fontSize: letters.size,
    lineHeight: 1.15,
    cursorBlink: false,
    cursorStyle: 'bar',
    minimumContrastRatio: 4.5,
    drawBoldTextInBrightColors: false,
    allowProposedApi: true, // decorations and Unicode 11 are
    theme: terminalTheme(cursor),
  });
  const fitting = new FitAddon();
  terminal.loadAddon(fitting);
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = '11';
  terminal.open(host);
  terminal.textarea?.setAttribute('aria-label', label);
  return {
    terminal,
    room() {
      const proposed = fitting.proposeDimensions();
      if (proposed === undefined || Number.isNaN(proposed.cols) || Number.isNaN(proposed.rows)) return undefined;
      return { columns: proposed.cols, rows: proposed.rows };
    },
    recolor: () => {
      terminal.options.theme = terminalTheme(cursor);
    },
  };
}
