import { Hammer, RotateCw } from 'lucide-react';
import { useDeferredValue, useEffect, useEffectEvent, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { longestInlineDockerfile } from '@shared/model/quick-build.ts';
import { useCommand, useOperation } from '../../api/hooks.ts';
import { contextName, placeOfContext } from '../../app/active-runs.ts';
import { navigate } from '../../app/location.ts';
import { paths } from '../../app/paths.ts';
import { useCommands } from '../../commands/index.ts';
import { ActionBar, Button, FailureCard, MiddleTruncate } from '../../components/index.ts';
import type { FixHandlers } from '../../components/index.ts';
import { ArgumentFields } from './argument-fields.tsx';
import { BuildSummary } from './build-summary.tsx';
import { dropDraft, useDraft } from './drafts.ts';
import { formProblems, requestFromForm, withWantedSecrets } from './form.ts';
import type { BuildForm } from './form.ts';
import { ImageFields } from './image-fields.tsx';
import { MoreFields } from './more-fields.tsx';
import { SecretFields } from './secret-fields.tsx';
import { SourceFields } from './source-fields.tsx';
import { useChooseFolder } from './use-choose-folder.ts';

interface BuildScreenProps {
  readonly draftKey: string;
  readonly start: () => BuildForm;
  readonly dockerfiles: readonly string[];
  /** The run that is repeated with what is typed here. */
  readonly rerunOf?: string;
}

/** What every part of the form gets. */
export interface FormPartProps {
  readonly form: BuildForm;
  readonly onForm: (change: (form: BuildForm) => BuildForm) => void;
}

/** The form of a quick build; beside it what it will do. */
export function BuildScreen({ draftKey, start, dockerfiles, rerunOf }: BuildScreenProps) {
  const { t } = useTranslation('build');
  const [form, onForm] = useDraft(draftKey, start);
  const settings = useOperation('settings', 'get', undefined);
  const pasted = useDeferredValue(form.pasted);
  const outline = useOperation(
    'quickBuilds',
    'outline',
    pasted === undefined
      ? { context: form.context, dockerfile: form.dockerfile }
      : { context: form.context, dockerfile: '', text: pasted },
    {
      enabled: pasted === undefined || (pasted.trim() !== '' && pasted.length <= longestInlineDockerfile),
      keepPrevious: pasted !== undefined,
    },
  );
  const chooseFolder = useChooseFolder();
  const quickBuild = useCommand('runs', 'quickBuild');
  const rerun = useCommand('runs', 'rerun');
  const body = useRef<HTMLDivElement>(null);

  const wanted = outline.data;
  const addWanted = useEffectEvent(() => {
    if (wanted !== undefined) onForm((now) => withWantedSecrets(now, wanted));
  });
  useEffect(() => addWanted(), [wanted]);

  const problems = useMemo(() => formProblems(form), [form]);
  const keepsSecrets = rerunOf !== undefined;
  const busy = quickBuild.isPending || rerun.isPending;
  const failure = quickBuild.error ?? rerun.error;

  const build = (changed: BuildForm = form) => {
    if (busy) return;
    if (formProblems(changed).length > 0) {
      body.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
      return;
    }
    const request = requestFromForm(changed, { keepsSecrets });
    const onSuccess = ({ runId }: { readonly runId: string }) => {
      dropDraft(draftKey);
      navigate(paths.run(runId));
    };
    if (rerunOf === undefined) quickBuild.mutate(request, { onSuccess });
    else rerun.mutate({ runId: rerunOf, build: request }, { onSuccess });
  };

  const title = rerunOf === undefined ? t('build') : t('rerun');
  const problem = problems.length === 0 ? undefined : t('problems', { count: problems.length });
  useCommands([
    { id: 'build.start', title, group: 'build', icon: Hammer, shortcuts: ['mod+enter'], run: () => build() },
  ]);

  const handlers: FixHandlers = {
    chooseFolder,
    chooseEngine: () => body.current?.querySelector<HTMLElement>('[data-part="engine"] button')?.focus(),
    retry: () => build(),
    editInputs: () => body.current?.querySelector<HTMLElement>('input:not([aria-hidden])')?.focus(),
    buildWithoutPush: () => {
      const changed = { ...form, push: false };
      onForm(() => changed);
      build(changed);
    },
  };

  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex min-h-0 flex-1 narrow:block narrow:overflow-y-auto">
        <div ref={body} className="min-w-0 flex-1 overflow-y-auto narrow:overflow-visible">
          <div className="mx-auto flex max-w-200 flex-col gap-6 px-6 pt-5 pb-8">
            <header className="min-w-0">
              <h1 className="truncate text-xl font-semibold tracking-tight">
                {rerunOf === undefined
                  ? t('titleOf', { folder: contextName(form.context) })
                  : t('rerunTitle', { runId: rerunOf })}
              </h1>
              {placeOfContext(form.context)?.kind !== 'none' && (
                <MiddleTruncate text={form.context} tail={28} copyLabel={t('copyFolder')} className="text-ink-2" />
              )}
            </header>
            <FailureCard failure={failure} onFix={handlers} />
            <SourceFields form={form} onForm={onForm} dockerfiles={dockerfiles} problems={problems} outline={outline} />
            <ImageFields
              form={form}
              onForm={onForm}
              problems={problems}
              defaultRegistry={settings.data?.defaultRegistry ?? ''}
            />
            <ArgumentFields
              form={form}
              onForm={onForm}
              problems={problems}
              outline={outline.data}
              keepsSecrets={keepsSecrets}
            />
            <SecretFields
              form={form}
              onForm={onForm}
              problems={problems}
              outline={outline.data}
              keepsSecrets={keepsSecrets}
            />
            <MoreFields form={form} onForm={onForm} problems={problems} />
          </div>
        </div>
        <BuildSummary form={form} keepsSecrets={keepsSecrets} />
      </div>
      <ActionBar>
        {problem !== undefined && <p className="min-w-0 flex-1 text-xs text-failed-fg">{problem}</p>}
        <Button look="quiet" onClick={() => navigate(paths.build())}>
          {t('otherFolder')}
        </Button>
        <Button
          look="primary"
          icon={rerunOf === undefined ? Hammer : RotateCw}
          shortcut="mod+enter"
          busy={busy}
          onClick={() => build()}
        >
          {title}
        </Button>
      </ActionBar>
    </div>
  );
}
