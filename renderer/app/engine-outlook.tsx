import { ArrowRight, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { chooseEngine } from '@shared/model/engine-choice.ts';
import type { EngineWish } from '@shared/model/engine-choice.ts';
import type { EngineListing } from '@shared/model/named-engine.ts';
import { formatPlatform } from '@shared/model/platform.ts';
import type { Finding } from '@shared/model/run.ts';
import { useOperation } from '../api/hooks.ts';
import { Button, cx, errorTexts } from '../components/index.ts';
import { engineName } from './engine-chip.tsx';
import { navigate } from './location.ts';
import { paths } from './paths.ts';

interface EngineOutlookProps {
  readonly wish: EngineWish;
  /** Sends the run to the engine of this name, or to any with an empty one. */
  readonly onEngine: (name: string) => void;
}

/** Where a run would go when that isn't the engine that it usually goes to, or that none would take it: before it is started. */
export function EngineOutlook({ wish, onEngine }: EngineOutlookProps) {
  const { data: engines = [] } = useOperation('engine', 'list', undefined);
  if (engines.length === 0) return null;
  const choice = chooseEngine(wish, engines);
  switch (choice.kind) {
    case 'wait':
      return null;
    case 'ready':
      return choice.findings.map((finding) => <Elsewhere key={finding.code} finding={finding} />);
    case 'none':
      // The choice of an engine says by itself that one is gone.
      if (choice.failure.error.code === 'engine.unknown') return null;
      return <NoEngine choice={choice} wish={wish} engines={engines} onEngine={onEngine} />;
  }
}

function Elsewhere({ finding: { code, params } }: { readonly finding: Finding }) {
  const { t, i18n } = useTranslation('engine');
  const named = (key: 'engine' | 'default') => engineName(i18n, String(params[key] ?? ''));
  const words = { engine: named('engine'), default: named('default'), platforms: String(params['platforms'] ?? '') };
  switch (code) {
    case 'engine.defaultLacksPlatform':
      return <Note tone="plain">{t('outlook.lacksPlatform', words)}</Note>;
    case 'engine.defaultAbsent':
      return <Note tone="plain">{t('outlook.absent', words)}</Note>;
    case 'engine.lacksPlatforms':
      return (
        <Note tone="warning">
          <p>{t('outlook.mayFail', words)}</p>
          <Button size="small" onClick={() => navigate(paths.engineNamed(String(params['engine'] ?? '')))}>
            {t('outlook.setUp')}
          </Button>
        </Note>
      );
    default:
      return null;
  }
}

interface NoEngineProps extends EngineOutlookProps {
  readonly choice: Extract<ReturnType<typeof chooseEngine>, { readonly kind: 'none' }>;
  readonly engines: readonly EngineListing[];
}

function NoEngine({ choice: { failure }, wish, engines, onEngine }: NoEngineProps) {
  const { t, i18n } = useTranslation('engine');
  const { error } = failure;
  const texts = errorTexts(i18n, error);
  const other = wish.engine === undefined ? undefined : chooseEngine({ ...wish, engine: undefined }, engines);
  if (other?.kind === 'ready')
    return (
      <Note tone="warning">
        <p className="break-words">
          {error.code === 'engine.noneFits'
            ? t('outlook.lacks', {
                engine: engineName(i18n, wish.engine ?? ''),
                platforms: wish.platforms.map(formatPlatform).join(', '),
              })
            : texts.title}
        </p>
        <Button size="small" icon={ArrowRight} onClick={() => onEngine(other.name)}>
          {t('outlook.send', { engine: engineName(i18n, other.name) })}
        </Button>
      </Note>
    );
  return (
    <Note tone="warning">
      <p className="font-semibold">{texts.title}</p>
      {texts.why !== undefined && <p className="break-words text-ink-2">{texts.why}</p>}
      {texts.todo !== undefined && <p className="break-words">{texts.todo}</p>}
      <Button size="small" onClick={() => navigate(paths.engine)}>
        {t('outlook.engines')}
      </Button>
    </Note>
  );
}

function Note({ tone, children }: { readonly tone: 'plain' | 'warning'; readonly children: ReactNode }) {
  const Icon = tone === 'plain' ? Info : TriangleAlert;
  return (
    <output
      className={cx(
        'flex min-w-0 items-start gap-2 rounded-md border px-3 py-2 text-xs',
        tone === 'plain' ? 'border-line bg-surface-sunken text-ink-2' : 'border-warning-line bg-warning-bg',
      )}
    >
      <Icon
        aria-hidden
        size={14}
        strokeWidth={1.75}
        className={cx('mt-0.5 shrink-0', tone === 'warning' && 'text-warning-fg')}
      />
      <div className="flex min-w-0 flex-1 flex-col items-start gap-1">{children}</div>
    </output>
  );
}
