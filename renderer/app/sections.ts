import { Container, Hammer, History, House, ListChecks, Settings } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { Shortcut } from '../commands/index.ts';
import { paths } from './paths.ts';

export interface SectionEntry {
  readonly id: 'home' | 'build' | 'tasks' | 'runs' | 'registries' | 'settings';
  readonly path: string;
  readonly icon: LucideIcon;
  readonly shortcut: Shortcut;
}

/** The sections of the rail, in its order. */
export const sections: readonly SectionEntry[] = [
  { id: 'home', path: paths.home, icon: House, shortcut: 'mod+1' },
  { id: 'build', path: paths.build(), icon: Hammer, shortcut: 'mod+2' },
  { id: 'tasks', path: paths.task(), icon: ListChecks, shortcut: 'mod+3' },
  { id: 'runs', path: paths.runs, icon: History, shortcut: 'mod+4' },
  { id: 'registries', path: paths.registries, icon: Container, shortcut: 'mod+5' },
];

/** At the rail's foot. */
export const footSections: readonly SectionEntry[] = [
  { id: 'settings', path: paths.settings(), icon: Settings, shortcut: 'mod+,' },
];

/** The section that a path belongs to. */
export function sectionOf(path: string): SectionEntry | undefined {
  return [...sections, ...footSections].find((section) =>
    section.path === '/' ? path === '/' : path === section.path || path.startsWith(`${section.path}/`),
  );
}
