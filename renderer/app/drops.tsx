import { FolderInput, Hammer, ListChecks } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client } from '../api/client.ts';
import { Dialog, DropZone } from '../components/index.ts';
import { folderName } from './active-runs.ts';
import { isTaskFile, taskFilesIn } from './dropped-paths.ts';
import type { FoundTaskFile } from './dropped-paths.ts';
import { navigate } from './location.ts';
import { paths } from './paths.ts';

/** A folder that can be built and has a task file too: which of the two is meant? */
interface Choice {
  readonly folder: string;
  readonly file: FoundTaskFile;
}

/** What happens to files dropped on the window: a form is filled in, and nothing ever runs by itself. */
export function Drops() {
  const { t } = useTranslation('common');
  const [choice, setChoice] = useState<Choice>();
  const drop = (path: string) => {
    if (isTaskFile(path)) return navigate(paths.task(path));
    const build = () => navigate(paths.build(path));
    client.taskFiles.survey({ path }).then(
      ({ files }) => {
        const [file] = taskFilesIn(path, files);
        if (file === undefined) build();
        else setChoice({ folder: path, file });
      },
      build, // which says what is wrong with the path
    );
  };
  const go = (to: string) => {
    setChoice(undefined);
    navigate(to);
  };
  return (
    <>
      <DropZone
        icon={FolderInput}
        title={t('drop.title')}
        detail={t('drop.detail')}
        onPaths={([path]) => {
          if (path !== undefined) drop(path);
        }}
      />
      <Dialog
        open={choice !== undefined}
        onClose={() => setChoice(undefined)}
        title={choice === undefined ? '' : t('drop.choice', { folder: folderName(choice.folder) })}
      >
        {choice !== undefined && (
          <div className="flex flex-col gap-3">
            <p className="text-ink-2">{t('drop.choiceLead')}</p>
            <Way
              icon={Hammer}
              title={t('drop.build')}
              text={t('drop.buildDetail')}
              onClick={() => go(paths.build(choice.folder))}
            />
            <Way
              icon={ListChecks}
              title={t('drop.task', { file: choice.file.name })}
              text={t('drop.taskDetail')}
              onClick={() => go(paths.task(choice.folder))}
            />
          </div>
        )}
      </Dialog>
    </>
  );
}

interface WayProps {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly text: string;
  readonly onClick: () => void;
}

function Way({ icon: Icon, title, text, onClick }: WayProps) {
  return (
    <button
      type="button"
      className="flex items-center gap-3 rounded-md border border-control-line bg-surface px-3 py-2.5 text-left transition-colors hover:border-ink-3 hover:bg-hover"
      onClick={onClick}
    >
      <Icon aria-hidden size={20} strokeWidth={1.5} className="shrink-0 text-accent" />
      <span className="flex min-w-0 flex-col">
        <span className="truncate font-medium">{title}</span>
        <span className="text-xs text-ink-2">{text}</span>
      </span>
    </button>
  );
}
