import { Plus, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { EngineOutlook } from '../../app/engine-outlook.tsx';
import { EngineSelect } from '../../app/engine-select.tsx';
import { useEngineInfo } from '../../app/use-engine-info.ts';
import { Button, Field, IconButton, Input, Section, Select, Switch } from '../../components/index.ts';
import type { FormPartProps } from './build-screen.tsx';
import { engineWish, longestMinutes } from './form.ts';
import type { FormProblem, LabelRow } from './form.ts';
import { PlatformField } from './platform-field.tsx';

const provenanceNames = { '': 'none', 'mode=min': 'min', 'mode=max': 'max' } as const;

function isProvenance(value: string): value is keyof typeof provenanceNames {
  return value in provenanceNames;
}

/** With what an earlier run had, when that is another. */
function provenanceOptions(now: string): readonly string[] {
  return [...new Set([...Object.keys(provenanceNames), now])];
}

/** How it is built: platform, cache, time, labels. */
export function MoreFields({ form, onForm, problems }: FormPartProps & { readonly problems: readonly FormProblem[] }) {
  const { t } = useTranslation('build');
  const engine = useEngineInfo(form.engine);
  /** What has no room for attestations is not kept from being asked for: the engine may be another one by then. */
  const keepsIndexes = engine === undefined || engine.builder === 'containerd' || engine.builder === 'buildkit';
  const platformProblem = problems.find((one) => one.field === 'platform');
  const timeoutProblem = problems.some((one) => one.field === 'timeout');
  const setEngine = (engine: string) => onForm((now) => ({ ...now, engine }));
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
        <PlatformField
          engine={form.engine}
          value={form.platforms}
          unknown={platformProblem?.field === 'platform' ? platformProblem.part : undefined}
          onValue={(change) => onForm((now) => ({ ...now, platforms: change(now.platforms) }))}
        />
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
        <div data-part="engine" className="contents">
          <div className="col-span-2 flex flex-col gap-2 empty:hidden">
            <EngineOutlook wish={engineWish(form)} onEngine={setEngine} />
          </div>
          <EngineSelect value={form.engine} onValue={setEngine} />
        </div>
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
          // Below the other, beside the engine; and beside the other, where there is one engine alone.
          className="col-start-2"
          onChecked={(pull) => onForm((now) => ({ ...now, pull }))}
        />
      </div>
      <div className="mt-3 grid grid-cols-2 items-start gap-4">
        <Field label={t('more.cacheFrom')} hint={t('more.cacheFromHint')}>
          <Input
            mono
            value={form.cacheFrom}
            placeholder="registry.example.com/app:cache"
            onValue={(cacheFrom) => onForm((now) => ({ ...now, cacheFrom }))}
          />
        </Field>
        <Field label={t('more.cacheTo')} hint={keepsIndexes ? t('more.cacheToHint') : t('more.cacheToInline')}>
          <Input
            mono
            value={form.cacheTo}
            placeholder={keepsIndexes ? 'type=registry,ref=registry.example.com/app:cache,mode=max' : 'type=inline'}
            onValue={(cacheTo) => onForm((now) => ({ ...now, cacheTo }))}
          />
        </Field>
        <Field label={t('more.provenance')} hint={keepsIndexes ? t('more.provenanceHint') : t('more.noAttestations')}>
          <Select
            value={form.provenance}
            options={provenanceOptions(form.provenance).map((value) => ({
              value,
              label: isProvenance(value) ? t(`more.provenanceOf.${provenanceNames[value]}`) : value,
            }))}
            onValue={(provenance) => onForm((now) => ({ ...now, provenance }))}
          />
        </Field>
        <div className="flex min-w-0 flex-col gap-2">
          <Switch
            checked={form.sbom}
            label={t('more.sbom')}
            hint={keepsIndexes ? t('more.sbomHint') : t('more.noAttestations')}
            onChecked={(sbom) => onForm((now) => ({ ...now, sbom }))}
          />
          {form.sbom && (
            <Input
              mono
              aria-label={t('more.sbomScanner')}
              value={form.sbomScanner}
              placeholder="docker/buildkit-syft-scanner:stable-1"
              onValue={(sbomScanner) => onForm((now) => ({ ...now, sbomScanner }))}
            />
          )}
        </div>
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
