import { Clock, Container, FolderTree, Globe, Hammer, KeyRound, Network, Upload } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { TaskPreview } from '@shared/model/quick-run.ts';
import type { Task } from '@shared/model/task.ts';
import { Chip, MiddleTruncate } from '../../components/index.ts';
import { imagesRun, mountsOf, networksOf, pushesByRegistry, shared } from './effects.ts';
import type { Shared } from './effects.ts';
import { NoSteps } from './no-steps.tsx';
import { PermissionPanel } from './permission-panel.tsx';
import type { FormPartProps } from './run-task-screen.tsx';
import { SecretList } from './secret-list.tsx';
import { TimeFacts } from './time-facts.tsx';

interface EffectsViewProps extends FormPartProps {
  readonly preview: TaskPreview;
  readonly task: Task;
  readonly onRefresh: () => void;
  /** Takes back what was allowed before. */
  readonly onWithdraw: () => void;
  readonly onSource: () => void;
}

/** What the task will do to this machine and to registries, before it does. */
export function EffectsView({ form, onForm, preview, task, onRefresh, onWithdraw, onSource }: EffectsViewProps) {
  const { t } = useTranslation('task-screen');
  const runs = useMemo(() => imagesRun(task), [task]);
  const mounts = useMemo(() => mountsOf(task), [task]);
  const networks = useMemo(() => networksOf(task), [task]);
  const builds = useMemo(
    () => shared(preview.builds.map(({ image, step }) => ({ value: image, step }))),
    [preview.builds],
  );
  const pushes = useMemo(() => pushesByRegistry(preview.pushes), [preview.pushes]);
  const ports = useMemo(() => shared(preview.ports.map(({ port, step }) => ({ value: port, step }))), [preview.ports]);
  if (task.steps.length === 0) return <NoSteps onSource={onSource} />;
  return (
    <div className="flex h-full flex-col gap-4 overflow-y-auto px-5 pt-4 pb-6">
      <PermissionPanel form={form} onForm={onForm} preview={preview} onWithdraw={onWithdraw} />
      <dl className="flex flex-col divide-y divide-line">
        <Effect icon={Container} title={t('effect.runs')} nothing={runs.length === 0 && t('effect.noRuns')}>
          <SharedList items={runs} />
        </Effect>
        <Effect icon={Hammer} title={t('effect.builds')} nothing={builds.length === 0 && t('effect.noBuilds')}>
          <SharedList items={builds} />
        </Effect>
        <Effect icon={Upload} title={t('effect.pushes')} nothing={pushes.length === 0 && t('effect.noPushes')}>
          {pushes.map(({ registry, images }) => (
            <div key={registry} className="flex flex-col gap-0.5">
              <span className="flex">
                <Chip tone="accent">
                  <span className="truncate">{t('effect.to', { registry })}</span>
                </Chip>
              </span>
              <SharedList items={images} />
            </div>
          ))}
        </Effect>
        <Effect icon={Globe} title={t('effect.ports')} nothing={ports.length === 0 && t('effect.noPorts')}>
          <SharedList items={ports} />
        </Effect>
        <Effect icon={FolderTree} title={t('effect.files')}>
          <p>
            {form.context.trim() === '' ? (
              t('effect.emptyWorkspace')
            ) : (
              <>
                {t('effect.workspace')}{' '}
                <MiddleTruncate text={form.context.trim()} tail={20} className="font-mono text-code" />
              </>
            )}
          </p>
          {mounts.volumes.length > 0 && (
            <>
              <p className="text-xs text-ink-2">{t('effect.volumes')}</p>
              <SharedList items={mounts.volumes} />
            </>
          )}
          {mounts.binds.length > 0 && (
            <>
              <p className="text-xs text-ink-2">{t('effect.binds')}</p>
              <SharedList items={mounts.binds} />
            </>
          )}
        </Effect>
        <Effect
          icon={Network}
          title={t('effect.networks')}
          nothing={networks.made.length + networks.joined.length === 0 && t('effect.noNetworks')}
        >
          {networks.made.length > 0 && (
            <p className="flex flex-wrap items-baseline gap-x-2">
              {networks.made.map((name) => (
                <code key={name} className="break-all">
                  {name}
                </code>
              ))}
              <span className="text-xs text-ink-3">{t('effect.made')}</span>
            </p>
          )}
          <SharedList items={networks.joined} />
        </Effect>
        <Effect
          icon={KeyRound}
          title={t('effect.secrets')}
          nothing={preview.secrets.length === 0 && t('effect.noSecrets')}
        >
          <SecretList secrets={preview.secrets} task={task} onGiven={onRefresh} />
        </Effect>
        <Effect icon={Clock} title={t('effect.time')}>
          <TimeFacts preview={preview} steps={task.steps} />
        </Effect>
      </dl>
    </div>
  );
}

interface EffectProps {
  readonly icon: LucideIcon;
  readonly title: string;
  /** Says that there is none of it; false when there is. */
  readonly nothing?: string | false;
  readonly children: ReactNode;
}

function Effect({ icon: Icon, title, nothing = false, children }: EffectProps) {
  return (
    <div className="grid grid-cols-[8.5rem_minmax(0,1fr)] gap-x-3 py-2.5 first:pt-0.5">
      <dt className="flex items-start gap-2 text-ink-2">
        <Icon aria-hidden size={15} strokeWidth={1.75} className="mt-0.5 shrink-0 text-ink-3" />
        {title}
      </dt>
      <dd className="flex max-w-160 min-w-0 flex-col gap-1.5">
        {nothing === false ? children : <span className="text-ink-3">{nothing}</span>}
      </dd>
    </div>
  );
}

/** More than this are told by their number. */
const namedSteps = 3;

function SharedList({ items }: { readonly items: readonly Shared[] }) {
  const { t } = useTranslation('task-screen');
  if (items.length === 0) return null;
  return (
    <ul className="flex flex-col gap-0.5">
      {items.map(({ value, steps }) => (
        <li key={value} className="flex min-w-0 items-baseline justify-between gap-3">
          <MiddleTruncate text={value} tail={18} className="font-mono text-code" />
          <span className="max-w-2/5 shrink-0 truncate text-xs text-ink-3" title={steps.join(', ')}>
            {steps.length > namedSteps ? t('effect.steps', { count: steps.length }) : steps.join(', ')}
          </span>
        </li>
      ))}
    </ul>
  );
}
