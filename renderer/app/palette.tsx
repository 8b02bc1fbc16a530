import { Command } from 'cmdk';
import { FolderOpen } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { commandGroups, useCommandList } from '../commands/index.ts';
import { useOperation } from '../api/hooks.ts';
import { KeyHint, MiddleTruncate, RelativeTime, StateIcon, stateOfRun } from '../components/index.ts';
import { folderName, requestSource, runTitle } from './active-runs.ts';
import { navigate } from './location.ts';
import { paths } from './paths.ts';

interface PaletteProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

/** One field for everything: runs and folders as they are typed, `>` for commands only. */
export function Palette({ open, onClose }: PaletteProps) {
  const { t } = useTranslation('common');
  return (
    <Command.Dialog
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      label={t('palette.label')}
      loop
      vimBindings={false} // Ctrl+N means quick build
      shouldFilter
      filter={(value, search) => score(value, search)}
      overlayClassName="fixed inset-0 z-40 bg-scrim"
      contentClassName="fixed top-[10vh] left-1/2 z-50 w-144 max-w-[92vw] -translate-x-1/2 overflow-hidden rounded-md border border-line-strong bg-surface-raised shadow-raised"
    >
      <PaletteContent onClose={onClose} />
    </Command.Dialog>
  );
}

/** Every word must be in the value; the earlier, the better. A leading `>` or `#` only chooses the kind. */
export function score(value: string, search: string): number {
  const words = search
    .replace(/^[>#]\s*/, '')
    .normalize('NFC')
    .toLowerCase()
    .split(/\s+/)
    .filter(Boolean);
  const text = value.normalize('NFC').toLowerCase();
  let total = 1;
  for (const word of words) {
    const at = text.indexOf(word);
    if (at < 0) return 0;
    total *= 1 / (1 + at / 40);
  }
  return total;
}

function PaletteContent({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation('common');
  const [search, setSearch] = useState('');
  const commands = useCommandList();
  const onlyCommands = search.startsWith('>');
  const onlyRuns = search.startsWith('#');
  const then = (act: () => void) => () => {
    onClose();
    act();
  };
  return (
    <>
      <Command.Input
        value={search}
        onValueChange={setSearch}
        placeholder={t('palette.placeholder')}
        className="h-11 w-full border-b border-line bg-transparent px-4 text-lg outline-none"
      />
      <Command.List className="max-h-[56vh] overflow-y-auto p-1.5">
        <Command.Empty className="px-3 py-6 text-center text-ink-2">{t('palette.nothing')}</Command.Empty>
        {!onlyRuns &&
          commandGroups.map((group) => {
            const offered = commands.filter((command) => command.group === group && command.hidden !== true);
            if (offered.length === 0) return null;
            return (
              <Group key={group} heading={t(`group.${group}`)}>
                {offered.map((command) => (
                  <Item
                    key={command.id}
                    value={`${command.title} ${command.id}`}
                    disabled={command.disabled !== undefined}
                    onSelect={then(command.run)}
                  >
                    <span className="flex w-4 justify-center text-ink-3">
                      {command.icon !== undefined && <command.icon aria-hidden size={15} strokeWidth={1.75} />}
                    </span>
                    <span className="flex-1 truncate">{command.title}</span>
                    {command.disabled !== undefined && (
                      <span className="truncate text-xs text-ink-3">{command.disabled}</span>
                    )}
                    {command.shortcuts?.[0] !== undefined && <KeyHint shortcut={command.shortcuts[0]} />}
                  </Item>
                ))}
              </Group>
            );
          })}
        {!onlyCommands && <Found then={then} />}
      </Command.List>
    </>
  );
}

function Found({ then }: { readonly then: (act: () => void) => () => void }) {
  const { t } = useTranslation('common');
  const { data: runs = [] } = useOperation('runs', 'list', { limit: 50 });
  const { data: folders = [] } = useOperation('quickBuilds', 'recentContexts', {});
  return (
    <>
      {folders.length > 0 && (
        <Group heading={t('palette.folders')}>
          {folders.map((folder) => (
            <Item key={folder} value={folder} onSelect={then(() => navigate(paths.build(folder)))}>
              <FolderOpen aria-hidden size={15} strokeWidth={1.75} className="shrink-0 text-ink-3" />
              <span className="shrink-0">{t('palette.buildFolder', { folder: folderName(folder) })}</span>
              <MiddleTruncate text={folder} className="text-xs text-ink-3" />
            </Item>
          ))}
        </Group>
      )}
      {runs.length > 0 && (
        <Group heading={t('palette.runs')}>
          {runs.map((run) => (
            <Item
              key={run.runId}
              value={`${run.runId} ${runTitle(run)} ${requestSource(run.request)} ${run.status}`}
              onSelect={then(() => navigate(paths.run(run.runId)))}
            >
              <StateIcon state={stateOfRun(run)} labelled />
              <span className="shrink-0 font-medium">{run.runId}</span>
              <MiddleTruncate text={runTitle(run)} className="flex-1 text-ink-2" />
              <RelativeTime time={run.createTime} className="text-xs text-ink-3" />
            </Item>
          ))}
        </Group>
      )}
    </>
  );
}

function Group({ heading, children }: { readonly heading: string; readonly children: ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-ink-3"
    >
      {children}
    </Command.Group>
  );
}

interface ItemProps {
  readonly value: string;
  readonly disabled?: boolean;
  readonly onSelect: () => void;
  readonly children: ReactNode;
}

function Item({ children, ...rest }: ItemProps) {
  return (
    <Command.Item
      {...rest}
      className="flex h-8 items-center gap-2.5 rounded-sm px-2.5 text-sm data-[disabled=true]:text-ink-3 data-[selected=true]:bg-selected"
    >
      {children}
    </Command.Item>
  );
}
