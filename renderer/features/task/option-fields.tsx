import { useTranslation } from 'react-i18next';
import { acrPlatforms, runsPlatform } from '@shared/model/emulation.ts';
import { formatPlatform } from '@shared/model/platform.ts';
import type { Platform } from '@shared/model/platform.ts';
import { useOperation } from '../../api/hooks.ts';
import { EngineOutlook } from '../../app/engine-outlook.tsx';
import { EngineSelect } from '../../app/engine-select.tsx';
import { useReadyEngines } from '../../app/use-engine-info.ts';
import { cx, Field, Input, Section } from '../../components/index.ts';
import { engineWish, longestMinutes, usualMinutes } from './form.ts';
import type { FormProblem } from './form.ts';
import type { FormPartProps } from './run-task-screen.tsx';

/** Where and for how long: platform, registry, time limit. */
export function OptionFields({
  form,
  onForm,
  problems,
  stepPlatforms,
}: FormPartProps & {
  readonly problems: readonly FormProblem[];
  /** What the steps name, as far as it is known. */
  readonly stepPlatforms: readonly Platform[];
}) {
  const { t } = useTranslation('task-screen');
  const { data: settings } = useOperation('settings', 'get', undefined);
  // Steps run commands, which BuildKit by itself doesn't.
  const engines = useReadyEngines(form.engine).filter(({ kind }) => kind === 'docker');
  /** What an engine tells has more than ACR knows (`linux/amd64/v2`), which no run can be asked for. */
  const platforms = acrPlatforms
    .filter((each) => engines.some(({ info }) => runsPlatform(info, each)))
    .map(formatPlatform);
  const setEngine = (engine: string) => onForm((now) => ({ ...now, engine }));
  const platformProblem = problems.find((one) => one.field === 'platform');
  const timeoutProblem = problems.some((one) => one.field === 'timeout');
  const defaultRegistry = settings?.defaultRegistry ?? '';
  return (
    <Section title={t('options.title')}>
      <Field label={t('options.registry')} hint={t('options.registryHint')}>
        <Input
          mono
          value={form.registry}
          placeholder={defaultRegistry === '' ? t('options.noRegistry') : defaultRegistry}
          onValue={(registry) => onForm((now) => ({ ...now, registry }))}
        />
      </Field>
      <div data-part="engine" className="contents">
        <EngineSelect value={form.engine} onValue={setEngine} />
        <EngineOutlook wish={engineWish(form, stepPlatforms)} onEngine={setEngine} />
      </div>
      <div className="grid grid-cols-2 items-start gap-3">
        <Field
          label={t('options.platform')}
          error={
            platformProblem?.field === 'platform'
              ? t('options.platformProblem', { platform: platformProblem.text })
              : undefined
          }
        >
          <Input
            mono
            value={form.platform}
            placeholder={engines[0]?.info.platforms[0] ?? t('options.ownPlatform')}
            onValue={(platform) => onForm((now) => ({ ...now, platform }))}
          />
        </Field>
        <Field
          label={t('options.timeout')}
          error={timeoutProblem ? t('options.timeoutProblem', { most: longestMinutes }) : undefined}
        >
          <Input
            inputMode="decimal"
            value={form.timeoutMinutes}
            placeholder={String(usualMinutes)}
            onValue={(timeoutMinutes) => onForm((now) => ({ ...now, timeoutMinutes }))}
          />
        </Field>
      </div>
      {platforms.length > 1 && (
        <fieldset aria-label={t('options.platform')} className="flex flex-wrap gap-1">
          {platforms.map((platform) => {
            const chosen = form.platform.trim() === platform;
            return (
              <button
                key={platform}
                type="button"
                aria-pressed={chosen}
                className={cx(
                  'h-6 rounded-sm border px-1.5 font-mono text-2xs transition-colors',
                  chosen
                    ? 'border-accent bg-selected text-accent'
                    : 'border-line-strong text-ink-2 hover:bg-hover hover:text-ink',
                )}
                onClick={() => onForm((now) => ({ ...now, platform: chosen ? '' : platform }))}
              >
                {platform}
              </button>
            );
          })}
        </fieldset>
      )}
    </Section>
  );
}
