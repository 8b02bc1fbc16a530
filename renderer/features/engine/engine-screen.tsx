import { Plus, RefreshCw, SlidersHorizontal } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EngineStatus } from '@shared/model/engine-status.ts';
import type { EngineListing } from '@shared/model/named-engine.ts';
import { useCommand, useOperation } from '../../api/hooks.ts';
import { engineName } from '../../app/engine-chip.tsx';
import { navigate, useQueryParams } from '../../app/location.ts';
import { paths } from '../../app/paths.ts';
import { Button, ErrorCard, Page, Panel, Section, Skeleton, Spinner } from '../../components/index.ts';
import { AttemptList } from './attempt-list.tsx';
import { EmulationSection } from './emulation-section.tsx';
import { EngineFacts } from './engine-facts.tsx';
import { EngineForm } from './engine-form.tsx';
import { EngineRow } from './engine-row.tsx';

/** The engines, and of one of them what it can do; where it isn't there, every place that was tried and what helps. */
export function EngineScreen() {
  const { t } = useTranslation('engine');
  const asked = useQueryParams().get('name');
  const [picked, setPicked] = useState<string>();
  const [adding, setAdding] = useState(false);
  const list = useOperation('engine', 'list', undefined);
  const test = useCommand('engine', 'test');
  const engines = list.data ?? [];
  const chosen = engines.find(({ name }) => name === (picked ?? asked)) ?? engines[0];
  const looking = test.isPending || chosen?.status.state === 'searching' || chosen?.status.state === 'starting';
  const lookAgain = () => chosen !== undefined && test.mutate({ name: chosen.name });
  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      measure="reading"
      actions={
        <>
          {!adding && (
            <Button icon={Plus} onClick={() => setAdding(true)}>
              {t('add.open')}
            </Button>
          )}
          <Button icon={SlidersHorizontal} onClick={() => navigate(paths.settings('engine'))}>
            {t('settings')}
          </Button>
          <Button look="primary" icon={RefreshCw} busy={looking} onClick={lookAgain}>
            {t('lookAgain')}
          </Button>
        </>
      }
    >
      {list.error !== null && <ErrorCard error={list.error.error} onFix={{ retry: () => void list.refetch() }} />}
      {test.error !== null && <ErrorCard error={test.error.error} onFix={{ retry: lookAgain }} />}
      {adding && (
        <EngineForm
          onClose={() => setAdding(false)}
          onAdded={(name) => {
            setAdding(false);
            setPicked(name);
          }}
        />
      )}
      {list.isPending && <Skeleton rows={6} />}
      {engines.length > 1 && (
        <Panel>
          <ul aria-label={t('list')} className="divide-y divide-line">
            {engines.map((engine) => (
              <EngineRow
                key={engine.name}
                engine={engine}
                chosen={engine.name === chosen?.name}
                onChoose={() => setPicked(engine.name)}
              />
            ))}
          </ul>
        </Panel>
      )}
      {chosen !== undefined && <Detail engine={chosen} several={engines.length > 1} onRetry={lookAgain} />}
    </Page>
  );
}

interface DetailProps {
  readonly engine: EngineListing;
  /** It needs its name above it. */
  readonly several: boolean;
  readonly onRetry: () => void;
}

function Detail({ engine: { name, status }, several, onRetry }: DetailProps) {
  const { t, i18n } = useTranslation('engine');
  const state = <State name={name} status={status} onRetry={onRetry} />;
  return (
    <>
      {several ? <Section title={engineName(i18n, name)}>{state}</Section> : state}
      {status.attempts.length > 0 && (
        <Section title={t('tried')}>
          <AttemptList attempts={status.attempts} />
        </Section>
      )}
    </>
  );
}

interface StateProps {
  readonly name: string;
  readonly status: EngineStatus;
  readonly onRetry: () => void;
}

function State({ name, status, onRetry }: StateProps) {
  const { t } = useTranslation('engine');
  switch (status.state) {
    case 'searching':
    case 'starting':
      return (
        <output className="flex items-center gap-2 text-ink-2">
          <Spinner />
          {t(status.state)}
        </output>
      );
    case 'ready':
      return (
        <>
          <EngineFacts info={status.info} />
          <EmulationSection name={name} info={status.info} />
        </>
      );
    case 'absent':
      return (
        <>
          <ErrorCard error={status.error} onFix={{ retry: onRetry }} />
          <p className="text-ink-2">{t('stillUsable')}</p>
        </>
      );
  }
}
