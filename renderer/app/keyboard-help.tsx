import { useTranslation } from 'react-i18next';
import { commandGroups, useCommandList } from '../commands/index.ts';
import { Dialog, KeyHint } from '../components/index.ts';

/** Every shortcut that works now, by group. */
export function KeyboardHelp({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const { t } = useTranslation('common');
  const commands = useCommandList().filter((command) => (command.shortcuts?.length ?? 0) > 0);
  return (
    <Dialog open={open} onClose={onClose} title={t('help.title')} width="w-168">
      <div className="columns-2 gap-8">
        {commandGroups.map((group) => {
          const inGroup = commands.filter((command) => command.group === group);
          if (inGroup.length === 0) return null;
          return (
            <section key={group} className="mb-4 break-inside-avoid">
              <h3 className="mb-1 text-xs font-medium text-ink-3">{t(`group.${group}`)}</h3>
              <dl className="flex flex-col">
                {inGroup.map((command) => (
                  <div key={command.id} className="flex min-h-7 items-center justify-between gap-3">
                    <dt>{command.title}</dt>
                    <dd className="flex gap-2">
                      {command.shortcuts?.map((shortcut) => (
                        <KeyHint key={shortcut} shortcut={shortcut} />
                      ))}
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          );
        })}
      </div>
      <p className="border-t border-line pt-3 text-xs text-ink-3">{t('help.note')}</p>
    </Dialog>
  );
}
