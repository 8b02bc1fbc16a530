import { ArrowLeft, ArrowRight, FileCode2, Keyboard, PanelLeft, Plug, Search, SunMoon } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { client } from '../api/client.ts';
import { isMac, useCommands } from '../commands/index.ts';
import type { Command, Shortcut } from '../commands/index.ts';
import { notifyFailure } from '../components/index.ts';
import { chooseTaskFile } from './choose-task-file.ts';
import { goBack, goForward, navigate, useTravel } from './location.ts';
import { paths } from './paths.ts';
import { footSections, sections } from './sections.ts';
import { useResolvedTheme } from './theme.ts';

interface AppActions {
  readonly openPalette: () => void;
  readonly openHelp: () => void;
  readonly toggleRail: () => void;
}

/** What a Mac keeps for words in a text field, and other desktops for going back and forward. */
function elsewhere(shortcut: Shortcut): readonly Shortcut[] {
  return isMac() ? [] : [shortcut];
}

/** The commands that work on every screen. */
export function useAppCommands({ openPalette, openHelp, toggleRail }: AppActions): void {
  const { t } = useTranslation('common');
  const { canGoBack, canGoForward } = useTravel();
  const theme = useResolvedTheme();
  const commands = useMemo<readonly Command[]>(
    () => [
      ...[...sections, ...footSections].map((section): Command => ({
        id: `go.${section.id}`,
        title: section.id === 'settings' ? t('command.settings') : t(`nav.${section.id}`),
        group: section.id === 'settings' ? 'app' : 'go',
        icon: section.icon,
        shortcuts: [section.shortcut, ...(section.id === 'build' ? ['mod+n'] : [])],
        run: () => navigate(section.path),
      })),
      {
        id: 'task.open',
        title: t('command.openTaskFile'),
        group: 'task',
        icon: FileCode2,
        shortcuts: ['mod+o'],
        run: chooseTaskFile,
      },
      { id: 'go.engine', title: t('nav.engine'), group: 'go', icon: Plug, run: () => navigate(paths.engine) },
      {
        id: 'go.back',
        title: t('back'),
        group: 'go',
        icon: ArrowLeft,
        shortcuts: ['mod+[', ...elsewhere('alt+arrowleft')],
        hidden: !canGoBack,
        run: goBack,
      },
      {
        id: 'go.forward',
        title: t('forward'),
        group: 'go',
        icon: ArrowRight,
        shortcuts: ['mod+]', ...elsewhere('alt+arrowright')],
        hidden: !canGoForward,
        run: goForward,
      },
      {
        id: 'app.palette',
        title: t('command.palette'),
        group: 'app',
        icon: Search,
        shortcuts: ['mod+k', 'mod+shift+p'],
        hidden: true,
        run: openPalette,
      },
      { id: 'app.help', title: t('command.help'), group: 'app', icon: Keyboard, shortcuts: ['?'], run: openHelp },
      {
        id: 'app.toggleRail',
        title: t('command.toggleRail'),
        group: 'view',
        icon: PanelLeft,
        shortcuts: ['mod+b'],
        run: toggleRail,
      },
      {
        id: 'app.theme',
        title: t('command.theme'),
        group: 'view',
        icon: SunMoon,
        run: () => void client.settings.update({ theme: theme === 'dark' ? 'light' : 'dark' }).catch(notifyFailure),
      },
      {
        id: 'engine.find',
        title: t('command.findEngine'),
        group: 'app',
        icon: Plug,
        run: () => void client.engine.find().catch(notifyFailure),
      },
    ],
    [t, canGoBack, canGoForward, theme, openPalette, openHelp, toggleRail],
  );
  useCommands(commands);
}
