import {
  ArrowDownToLine,
  Clock,
  Download,
  FoldVertical,
  Hash,
  ListCollapse,
  ScrollText,
  Search,
  SquareTerminal,
  Tag,
  WrapText,
  X,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { client } from '../../../api/client.ts';
import { useCommandById } from '../../../commands/index.ts';
import { IconButton, Menu, MiddleTruncate, Select, notifyFailure } from '../../../components/index.ts';
import { timestampModes } from './line-text.ts';
import type { ChosenPart, LogView } from './log-view.ts';
import type { LogPrefs } from './use-log-prefs.ts';
import type { LogSearch } from './use-log-search.ts';

interface LogToolbarProps {
  readonly runId: string;
  /** More lines may come. */
  readonly live: boolean;
  /** Undefined: all of it. */
  readonly part: ChosenPart | undefined;
  readonly onWhole: () => void;
  /** Those that a build is for, where there are several. */
  readonly platforms: readonly string[];
  /** Undefined: all of them. */
  readonly platform: string | undefined;
  readonly onPlatform: (platform: string | undefined) => void;
  /** Lines of several steps are shown. */
  readonly several: boolean;
  readonly view: LogView;
  readonly onAsText: (asText: boolean) => void;
  readonly following: boolean;
  readonly onFollow: () => void;
  readonly prefs: LogPrefs;
  readonly onPrefs: (change: Partial<LogPrefs>) => void;
  readonly search: LogSearch;
}

/** What can be done with the log. */
export function LogToolbar({
  runId,
  several,
  part,
  onWhole,
  platforms,
  platform,
  onPlatform,
  view,
  onAsText,
  prefs,
  onPrefs,
  search,
  live,
  following,
  onFollow,
}: LogToolbarProps) {
  const { t } = useTranslation('run');
  const whole = part === undefined;
  const terminal = view === 'terminal';
  const save = (ansi: boolean) => void client.runs.exportLog({ runId, ansi }).catch(notifyFailure);
  return (
    <div
      role="toolbar"
      aria-label={t('log.toolbar')}
      className="flex h-10 shrink-0 items-center gap-1 border-b border-line px-2"
    >
      <h2 className="shrink-0 px-1 text-sm font-semibold">{t('log.title')}</h2>
      {!whole && part.name !== platform && (
        <span className="flex min-w-0 items-center rounded-sm border border-cached-line bg-cached-bg pl-2 text-xs text-cached-fg">
          <MiddleTruncate text={part.name} className="max-w-96" />
          <IconButton icon={X} size="small" label={t('log.whole')} shortcut="escape" onClick={onWhole} />
        </span>
      )}
      {platforms.length > 0 && (
        <Select
          size="small"
          label={t('log.platform')}
          value={platform ?? allPlatforms}
          options={[
            { value: allPlatforms, label: t('log.allPlatforms') },
            ...platforms.map((each) => ({ value: each, label: each })),
          ]}
          onValue={(value) => onPlatform(value === allPlatforms ? undefined : value)}
        />
      )}
      <span className="flex-1" />
      {live && (
        <IconButton
          icon={ArrowDownToLine}
          label={t('log.follow')}
          shortcut="l"
          pressed={following}
          onClick={onFollow}
        />
      )}
      <IconButton
        icon={Search}
        label={t('search.label')}
        shortcut="mod+f"
        pressed={search.open}
        onClick={search.open ? search.hide : search.show}
      />
      <IconButton
        icon={Hash}
        label={t('log.numbers')}
        pressed={prefs.numbers}
        onClick={() => onPrefs({ numbers: !prefs.numbers })}
      />
      <IconButton
        icon={Clock}
        label={`${t('log.times')}: ${t(`log.time.${prefs.times}`)}`}
        shortcut="t"
        pressed={prefs.times !== 'off'}
        onClick={() => onPrefs({ times: nextTimes(prefs.times) })}
      />
      {several && view !== 'steps' && (
        <IconButton
          icon={Tag}
          label={t('log.steps')}
          pressed={prefs.steps}
          onClick={() => onPrefs({ steps: !prefs.steps })}
        />
      )}
      <IconButton
        icon={WrapText}
        label={t('log.wrap')}
        pressed={prefs.wrap}
        onClick={() => onPrefs({ wrap: !prefs.wrap })}
      />
      {view === 'steps' && <FoldAll />}
      {several && !terminal && (
        <IconButton
          icon={ListCollapse}
          label={t('log.bySteps')}
          pressed={view === 'steps'}
          onClick={() => onPrefs({ bySteps: view !== 'steps' })}
        />
      )}
      {whole && (
        <IconButton
          icon={terminal ? ScrollText : SquareTerminal}
          label={terminal ? t('log.asText') : t('log.asTerminal')}
          pressed={!terminal}
          onClick={() => onAsText(terminal)}
        />
      )}
      <Menu
        trigger={<IconButton icon={Download} label={t('log.save')} />}
        sections={[
          [
            { id: 'plain', label: t('log.savePlain'), onSelect: () => save(false) },
            { id: 'ansi', label: t('log.saveAnsi'), onSelect: () => save(true) },
          ],
        ]}
      />
    </div>
  );
}

function FoldAll() {
  const command = useCommandById('log.foldAll');
  return (
    command !== undefined && <IconButton icon={FoldVertical} label={command.title} shortcut="e" onClick={command.run} />
  );
}

/** No platform is called so. */
const allPlatforms = '';

/** Off, relative, clock, and round. */
export function nextTimes(mode: LogPrefs['times']): LogPrefs['times'] {
  return timestampModes[(timestampModes.indexOf(mode) + 1) % timestampModes.length] ?? 'off';
}
