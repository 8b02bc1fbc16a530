import { FileArchive, Folder, GitBranch, Package } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { ContextLocation } from '@shared/model/context-location.ts';
import { contextName, placeOfContext } from '../../app/active-runs.ts';
import { paths } from '../../app/paths.ts';
import { CopyButton, MiddleTruncate, Panel } from '../../components/index.ts';

const icons: Readonly<Record<ContextLocation['kind'], LucideIcon>> = {
  none: Folder,
  folder: Folder,
  git: GitBranch,
  archive: FileArchive,
  artifact: Package,
};

function PlaceIcon({ context }: { readonly context: string }) {
  const Icon = icons[placeOfContext(context)?.kind ?? 'folder'];
  return <Icon aria-hidden size={15} strokeWidth={1.75} className="shrink-0 text-ink-3" />;
}

/** Folders and other places to build, one a row. */
export function FolderList({ folders }: { readonly folders: readonly string[] }) {
  const { t } = useTranslation('common');
  return (
    <Panel>
      <ul className="divide-y divide-line">
        {folders.map((folder) => (
          <li key={folder} className="group flex h-9 items-center gap-1 pr-1.5 hover:bg-hover">
            <Link
              href={paths.build(folder)}
              className="flex h-full min-w-0 flex-1 items-center gap-2.5 rounded-md pl-3"
            >
              <PlaceIcon context={folder} />
              <span className="max-w-1/2 shrink-0 truncate font-medium">{contextName(folder)}</span>
              <MiddleTruncate text={folder} tail={20} className="text-xs text-ink-3" />
            </Link>
            <CopyButton
              text={folder}
              label={t('copyPath')}
              className="opacity-0 group-focus-within:opacity-100 group-hover:opacity-100"
            />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
