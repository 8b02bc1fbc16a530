import { SquareTerminal } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useCommands } from '../../../commands/index.ts';

/** Opening a shell is a command like others, while there is one to open. */
export function useShellCommand(open: (() => void) | undefined): void {
  const { t } = useTranslation('run');
  useCommands(
    open === undefined
      ? []
      : [{ id: 'run.shell', title: t('pause.shell'), group: 'run', icon: SquareTerminal, run: open }],
  );
}
