import { useTranslation } from 'react-i18next';
import { acrPlatforms, platformSupport, runsPlatform } from '@shared/model/emulation.ts';
import type { PlatformSupport } from '@shared/model/emulation.ts';
import { formatPlatform } from '@shared/model/platform.ts';
import { navigate } from '../../app/location.ts';
import { paths } from '../../app/paths.ts';
import { engineName } from '../../app/engine-chip.tsx';
import { useReadyEngines } from '../../app/use-engine-info.ts';
import type { ReadyEngine } from '../../app/use-engine-info.ts';
import { Button, cx, Field, Input } from '../../components/index.ts';
import { splitPlatforms, togglePlatform } from './form.ts';

interface PlatformFieldProps {
  /** Where it is built; empty for the default engine. */
  readonly engine: string;
  /** Separated by commas; empty for the engine's own. */
  readonly value: string;
  /** What in it is no platform. */
  readonly unknown: string | undefined;
  readonly onValue: (change: (now: string) => string) => void;
}

/** The platforms that are built for: typed, or chosen from those of ACR that the engine can have, or another that the build may go to. */
export function PlatformField({ engine, value, unknown, onValue }: PlatformFieldProps) {
  const { t, i18n } = useTranslation('build');
  const engines = useReadyEngines(engine);
  const chosen = splitPlatforms(value).map((each) => each.toLowerCase());
  const choices = choicesOf(engines);
  const missing = choices.filter(({ name, support }) => support === 'missing' && chosen.includes(name));
  const own = engines[0]?.info.platforms[0];
  return (
    <Field
      label={t('platform.label')}
      error={unknown === undefined ? undefined : t('platform.problem', { platform: unknown })}
    >
      <Input
        mono
        value={value}
        placeholder={own === undefined ? t('platform.own') : t('platform.ownIs', { platform: own })}
        onValue={(text) => onValue(() => text)}
      />
      {choices.length > 0 && (
        <fieldset aria-label={t('platform.choices')} className="flex flex-wrap gap-1">
          {choices.map(({ name, support, elsewhere }) => (
            <button
              key={name}
              type="button"
              aria-pressed={chosen.includes(name)}
              className={cx(
                'flex h-6 items-baseline gap-1.5 rounded-sm border px-1.5 font-mono text-2xs leading-[1.375rem] transition-colors',
                support === 'missing' && 'border-dashed',
                chosen.includes(name)
                  ? 'border-accent bg-selected text-accent'
                  : 'border-line-strong text-ink-2 hover:bg-hover hover:text-ink',
              )}
              onClick={() => onValue((now) => togglePlatform(now, name))}
            >
              {name}
              {elsewhere !== undefined && <span className="font-sans text-ink-3">{engineName(i18n, elsewhere)}</span>}
              {(support === 'emulated' || support === 'missing') && (
                <span className="font-sans text-ink-3">{t(`platform.support.${support}`)}</span>
              )}
            </button>
          ))}
        </fieldset>
      )}
      {missing.length > 0 && (
        <div className="flex flex-wrap items-center gap-2">
          <p className="min-w-0 flex-1 text-xs text-warning-fg">
            {t('platform.missing', { platforms: missing.map(({ name }) => name).join(', ') })}
          </p>
          <Button size="small" onClick={() => navigate(engine === '' ? paths.engine : paths.engineNamed(engine))}>
            {t('platform.setUp')}
          </Button>
        </div>
      )}
    </Field>
  );
}

interface PlatformChoice {
  readonly name: string;
  readonly support: PlatformSupport;
  /** The engine that a build for it would go to, when that isn't the first one. */
  readonly elsewhere?: string;
}

/** One of an operating system that no engine here has isn't offered: nothing that is pressed here would make it work. */
function choicesOf([first, ...others]: readonly ReadyEngine[]): readonly PlatformChoice[] {
  if (first === undefined) return [];
  return acrPlatforms.flatMap((each): readonly PlatformChoice[] => {
    const name = formatPlatform(each);
    const support = platformSupport(first.info, each);
    if (support === 'own' || support === 'emulated') return [{ name, support }];
    const other = others.find(({ info }) => runsPlatform(info, each));
    if (other !== undefined) return [{ name, support: platformSupport(other.info, each), elsewhere: other.name }];
    return support === 'otherSystem' ? [] : [{ name, support }];
  });
}
