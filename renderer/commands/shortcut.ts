/**
 * A shortcut as it is written in the code: `mod+k`, `mod+shift+f`, `mod+[`, `f`, `shift+f`, `?`, `escape`.
 * `mod` is ⌘ on a Mac and Ctrl elsewhere.
 */
export type Shortcut = string;

interface Keys {
  readonly mod: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
  readonly key: string;
}

export function isMac(): boolean {
  return /Mac/.test(navigator.userAgent);
}

function parse(shortcut: Shortcut): Keys {
  const parts = shortcut.split('+');
  return {
    mod: parts.includes('mod'),
    shift: parts.includes('shift'),
    alt: parts.includes('alt'),
    key: parts.at(-1) ?? '',
  };
}

/** What of a keyboard event a shortcut looks at. */
export type KeyPress = Pick<
  KeyboardEvent,
  'key' | 'code' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey' | 'isComposing'
>;

/** The Latin letter or digit of the key itself, so that shortcuts work while a Korean keyboard is on. */
function physicalKey(code: string): string | undefined {
  return /^Key([A-Z])$/.exec(code)?.[1]?.toLowerCase() ?? /^Digit(\d)$/.exec(code)?.[1];
}

/** Whether these keys are the shortcut. Never while an input method composes: its keys are not yet text. */
export function matches(shortcut: Shortcut, press: KeyPress, mac: boolean): boolean {
  if (press.isComposing || press.key === 'Process') return false;
  const keys = parse(shortcut);
  const mod = mac ? press.metaKey : press.ctrlKey;
  const other = mac ? press.ctrlKey : press.metaKey;
  if (mod !== keys.mod || other || press.altKey !== keys.alt) return false;
  const letter = /^[a-z0-9]$/.test(keys.key);
  // A sign such as `?` is typed with shift on some layouts and without on others.
  if ((letter || keys.key.length > 1) && press.shiftKey !== keys.shift) return false;
  return press.key.toLowerCase() === keys.key || (letter && physicalKey(press.code) === keys.key);
}

/** Whether the shortcut is a bare key, which must never fire while someone types. */
export function isSingleKey(shortcut: Shortcut): boolean {
  const keys = parse(shortcut);
  return !keys.mod && !keys.alt;
}

const names: Readonly<Record<string, string>> = {
  escape: 'Esc',
  enter: '↵',
  arrowup: '↑',
  arrowdown: '↓',
  arrowleft: '←',
  arrowright: '→',
  '.': '.',
};

/** The keys as they are printed on a keyboard: `['⌘', 'K']`, `['Ctrl', 'Shift', 'F']`. */
export function keyCaps(shortcut: Shortcut, mac: boolean): readonly string[] {
  const keys = parse(shortcut);
  const caps: string[] = [];
  if (keys.mod) caps.push(mac ? '⌘' : 'Ctrl');
  if (keys.alt) caps.push(mac ? '⌥' : 'Alt');
  if (keys.shift) caps.push(mac ? '⇧' : 'Shift');
  caps.push(names[keys.key] ?? keys.key.toUpperCase());
  return caps;
}

/** The shortcut in the words of `aria-keyshortcuts`. */
export function ariaKeys(shortcut: Shortcut, mac: boolean): string {
  const keys = parse(shortcut);
  const parts: string[] = [];
  if (keys.mod) parts.push(mac ? 'Meta' : 'Control');
  if (keys.alt) parts.push('Alt');
  if (keys.shift) parts.push('Shift');
  parts.push(keys.key.length === 1 ? keys.key.toUpperCase() : keys.key.charAt(0).toUpperCase() + keys.key.slice(1));
  return parts.join('+');
}
