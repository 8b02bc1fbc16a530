import { Plus, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useOperation } from '../../api/hooks.ts';
import { EngineSelect } from '../../app/engine-select.tsx';
import { Button, cx, Field, IconButton, Input, Section, Switch } from '../../components/index.ts';
import type { FormPartProps } from './build-screen.tsx';
import { longestMinutes, splitPlatforms, togglePlatform } from './form.ts';
import type { FormProblem, LabelRow } from './form.ts';

/** How it is built: platform, cache, time, labels. */
export function MoreFields({ form, onForm, problems }: FormPartProps & { readonly problems: readonly FormProblem[] }) {
  const { t } = useTranslation('build');
  const { data: engine } = useOperation('engine', 'status', undefined);
  const platforms = engine?.state === 'ready' ? engine.info.platforms : [];
  const chosen = splitPlatforms(form.platforms);
  const platformProblem = problems.find((one) => one.field === 'platform');
  const timeoutProblem = problems.some((one) => one.field === 'timeout');
  const setLabel = (index: number, part: Partial<LabelRow>) =>
    onForm((now) => ({ ...now, labels: now.labels.map((row, at) => (at === index ? { ...row, ...part } : row)) }));
  return (
    <Section
      title={t('more.title')}
      aside={
        <Button
          size="small"
          look="quiet"
          icon={Plus}
          onClick={() => onForm((now) => ({ ...now, labels: [...now.labels, { name: '', value: '' }] }))}
        >
          {t('more.addLabel')}
        </Button>
      }
    >
      <div className="grid grid-cols-2 items-start gap-4">
        <Field
          label={t('platform.label')}
          error={
            platformProblem?.field === 'platform'
              ? t('platform.problem', { platform: platformProblem.part })
              : undefined
          }
        >
          <Input
            mono
            value={form.platforms}
            placeholder={
              platforms[0] === undefined ? t('platform.own') : t('platform.ownIs', { platform: platforms[0] })
            }
            onValue={(value) => onForm((now) => ({ ...now, platforms: value }))}
          />
          {platforms.length > 1 && (
            <div className="flex flex-wrap gap-1">
              {platforms.map((platform) => (
                <button
                  key={platform}
                  type="button"
                  aria-pressed={chosen.includes(platform)}
                  className={cx(
                    'h-6 rounded-sm border px-1.5 font-mono text-2xs transition-colors',
                    chosen.includes(platform)
                      ? 'border-accent bg-selected text-accent'
                      : 'border-line-strong text-ink-2 hover:bg-hover hover:text-ink',
                  )}
                  onClick={() => onForm((now) => ({ ...now, platforms: togglePlatform(now.platforms, platform) }))}
                >
                  {platform}
                </button>
              ))}
            </div>
          )}
        </Field>
        <Field
          label={t('more.timeout')}
          error={timeoutProblem ? t('more.timeoutProblem', { most: longestMinutes }) : undefined}
          className="w-40"
        >
          <Input
            inputMode="decimal"
            value={form.timeoutMinutes}
            placeholder={String(longestMinutes)}
            onValue={(value) => onForm((now) => ({ ...now, timeoutMinutes: value }))}
          />
        </Field>
        <EngineSelect value={form.engine} onValue={(engine) => onForm((now) => ({ ...now, engine }))} />
        <Switch
          checked={form.noCache}
          label={t('more.noCache')}
          hint={t('more.noCacheHint')}
          onChecked={(noCache) => onForm((now) => ({ ...now, noCache }))}
        />
        <Switch
          checked={form.pull}
          label={t('more.pull')}
          hint={t('more.pullHint')}
          onChecked={(pull) => onForm((now) => ({ ...now, pull }))}
        />
      </div>
      {form.labels.length > 0 && (
        <ul className="mt-1 flex flex-col gap-1.5">
          {form.labels.map((row, index) => (
            <li key={index}>
              <div className="flex items-center gap-1">
                <span className="w-2/5 shrink-0 pr-1">
                  <Input
                    mono
                    aria-label={t('more.labelName')}
                    aria-invalid={problems.some((one) => one.field === 'label' && one.index === index) || undefined}
                    value={row.name}
                    placeholder="org.opencontainers.image.source"
                    onValue={(name) => setLabel(index, { name })}
                  />
                </span>
                <Input
                  mono
                  aria-label={t('more.labelValue')}
                  value={row.value}
                  placeholder={t('more.labelValue')}
                  onValue={(value) => setLabel(index, { value })}
                />
                <IconButton
                  icon={X}
                  label={t('more.removeLabel', { name: row.name })}
                  onClick={() => onForm((now) => ({ ...now, labels: now.labels.filter((_, at) => at !== index) }))}
                />
              </div>
              {problems.some((one) => one.field === 'label' && one.index === index) && (
                <p className="text-xs text-failed-fg">{t('more.labelProblem')}</p>
              )}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
