import { Hammer, Package, SquareTerminal, Upload } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { Step } from '@shared/model/run.ts';

/** The icon of what a step does. */
export const stepKindIcons: Readonly<Record<Step['kind'], LucideIcon>> = {
  cmd: SquareTerminal,
  build: Hammer,
  push: Upload,
  pack: Package,
};
