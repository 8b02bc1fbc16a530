import { FileCode2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { folderName } from '../../app/active-runs.ts';
import { paths } from '../../app/paths.ts';
import { CopyButton, MiddleTruncate, Panel } from '../../components/index.ts';

/** Task files to open, one a row. */
export function TaskFileList({ files }: { readonly files: readonly string[] }) {
  const { t } = useTranslation('common');
  return (
    <Panel>
      <ul className="divide-y divide-line">
        {files.map((file) => (
          <li key={file} className="group flex h-9 items-center gap-1 pr-1.5 hover:bg-hover">
            <Link href={paths.task(file)} className="flex h-full min-w-0 flex-1 items-center gap-2.5 rounded-md pl-3">
              <FileCode2 aria-hidden size={15} strokeWidth={1.75} className="shrink-0 text-ink-3" />
              <span className="max-w-3/5 shrink-0 truncate font-medium">{shortName(file)}</span>
              <MiddleTruncate text={folderOf(file)} tail={16} className="text-xs text-ink-3" />
            </Link>
            <CopyButton
              text={file}
              label={t('copyPath')}
              className="opacity-0 group-focus-within:opacity-100 group-hover:opacity-100"
            />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** Most task files have the same name, so the folder goes with it: `web/acr-task.yaml`. */
function shortName(file: string): string {
  const folder = folderOf(file);
  return folder === '' ? folderName(file) : `${folderName(folder)}/${folderName(file)}`;
}

function folderOf(file: string): string {
  return file.slice(0, Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\'), 0));
}
