import { SquareTerminal } from 'lucide-react';
import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommands } from '../../../commands/index.ts';
import type { Command } from '../../../commands/index.ts';

/** Opening a shell is a command like others, while there is one to open. */
export function useShellCommand(open: (() => void) | undefined): void {
  const { t } = useTranslation('run');
  const possible = open !== undefined;
  const latest = useRef(open);
  useEffect(() => {
    latest.current = open;
  });
  useCommands(
    useMemo<readonly Command[]>(
      () =>
        possible
          ? [
              {
                id: 'run.shell',
                title: t('pause.shell'),
                group: 'run',
                icon: SquareTerminal,
                run: () => latest.current?.(),
              },
            ]
          : [],
      [possible, t],
    ),
  );
}
