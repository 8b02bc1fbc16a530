import type { Command } from './registry.ts';
import { isSingleKey, matches } from './shortcut.ts';
import type { KeyPress } from './shortcut.ts';

/** Whether keys pressed on this element are text. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest('.xterm') !== null) return false; // its hidden text area only shows a log
  return target.matches('input, textarea, select, [contenteditable], [role="textbox"], [role="combobox"]');
}

/** A list to choose from takes letters while it is closed, to find a choice by; Escape means nothing to it. */
function isClosedList(target: EventTarget | null): boolean {
  return target instanceof HTMLButtonElement && target.getAttribute('aria-expanded') !== 'true';
}

export interface KeyboardRules {
  readonly mac: boolean;
  /** The setting of WCAG 2.1.4. `?` and Escape stay: they are not letters. */
  readonly singleKeys: boolean;
}

/** The command that these keys mean, the latest added first; undefined when none or when it can't be used now. */
export function commandFor(
  commands: readonly Command[],
  press: KeyPress,
  target: EventTarget | null,
  rules: KeyboardRules,
): Command | undefined {
  const typing = isTyping(target);
  return commands.findLast(
    (command) =>
      command.disabled === undefined &&
      command.shortcuts?.some((shortcut) => {
        if (isSingleKey(shortcut)) {
          if (typing && !(shortcut === 'escape' && isClosedList(target))) return false;
          if (!rules.singleKeys && /^(shift\+)?[a-z0-9]$/.test(shortcut)) return false;
        }
        return matches(shortcut, press, rules.mac);
      }),
  );
}
