export { CommandContext, useCommandById, useCommandList, useCommands, useShortcuts } from './use-commands.ts';
export { ariaKeys, isMac, keyCaps } from './shortcut.ts';
export type { Shortcut } from './shortcut.ts';
export { commandGroups, createCommandRegistry } from './registry.ts';
export type { Command, CommandGroup, CommandRegistry } from './registry.ts';
