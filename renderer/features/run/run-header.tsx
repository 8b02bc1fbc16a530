import { Ban, ChevronDown, Pencil, RotateCw, Trash2, Pin, PinOff, Ellipsis, CircleSlash, Server } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { shortDigest } from '@shared/format/digest.ts';
import { isFinal } from '@shared/model/run.ts';
import type { Run } from '@shared/model/run.ts';
import { automaticEngine } from '@shared/model/named-engine.ts';
import { useOperation } from '../../api/hooks.ts';
import { engineName } from '../../app/engine-chip.tsx';
import { requestSource, runTitle } from '../../app/active-runs.ts';
import { paths } from '../../app/paths.ts';
import {
  Button,
  Bytes,
  CopyButton,
  Duration,
  IconButton,
  Menu,
  MiddleTruncate,
  RelativeTime,
  StateLabel,
  stateOfRun,
} from '../../components/index.ts';
import type { RunActions } from './use-run-actions.ts';

/** Which run this is, how it stands, and what can be done with it. */
export function RunHeader({ run, actions }: { readonly run: Run; readonly actions: RunActions }) {
  const { t } = useTranslation('run');
  const { rerunWithoutCache } = actions;
  const over = isFinal(run.status);
  return (
    <header className="flex shrink-0 flex-col gap-1 border-b border-line bg-surface px-4 pt-3 pb-2.5">
      <div className="flex min-w-0 items-center gap-3">
        <h1 className="flex min-w-0 flex-1 items-baseline gap-2.5 text-xl font-semibold tracking-tight">
          <span className="shrink-0">{run.runId}</span>
          <MiddleTruncate text={runTitle(run)} tail={24} className="text-lg font-normal tracking-normal text-ink-2" />
        </h1>
        <div className="flex shrink-0 items-center gap-2">
          {!over && (
            <Button look="danger" icon={Ban} shortcut="mod+." busy={actions.canceling} onClick={actions.cancel}>
              {actions.canceling ? t('canceling') : t('cancel')}
            </Button>
          )}
          <div className="flex">
            <Button
              icon={RotateCw}
              look={over ? 'primary' : 'plain'}
              shortcut="mod+r"
              busy={actions.rerunning}
              className="rounded-r-none"
              onClick={actions.rerun}
            >
              {t('rerun')}
            </Button>
            <Menu
              trigger={
                <Button
                  look={over ? 'primary' : 'plain'}
                  aria-label={t('rerunMenu')}
                  className="rounded-l-none border-l-surface/40 px-1.5"
                >
                  <ChevronDown aria-hidden size={14} />
                </Button>
              }
              sections={[
                [
                  { id: 'same', label: t('rerunSame'), icon: RotateCw, onSelect: actions.rerun },
                  ...(rerunWithoutCache === undefined
                    ? []
                    : [{ id: 'noCache', label: t('rerunNoCache'), icon: CircleSlash, onSelect: rerunWithoutCache }]),
                ],
                [{ id: 'edit', label: t('rerunEdit'), icon: Pencil, onSelect: actions.edit }],
              ]}
            />
          </div>
          <Menu
            trigger={<IconButton icon={Ellipsis} label={t('more')} />}
            sections={[
              [
                {
                  id: 'keep',
                  label: run.keep ? t('unkeep') : t('keep'),
                  icon: run.keep ? PinOff : Pin,
                  onSelect: actions.toggleKeep,
                },
                {
                  id: 'remove',
                  label: t('remove'),
                  icon: Trash2,
                  danger: true,
                  ...(over ? {} : { disabled: t('removeActive') }),
                  onSelect: actions.remove,
                },
              ],
            ]}
          />
        </div>
      </div>
      {actions.canceling && !over && <CancelTakesLong />}
      <dl
        aria-label={t('facts')}
        className="flex min-w-0 flex-wrap items-center gap-x-4 gap-y-1 text-ink-2 [&>div]:flex [&>div]:items-center [&>div]:gap-1.5 [&_dt]:sr-only"
      >
        <div>
          <dt>{t('fact.status')}</dt>
          <dd className="flex font-medium">
            <StateLabel state={stateOfRun(run)} />
          </dd>
        </div>
        {run.startTime !== undefined && (
          <div>
            <dt>{t('fact.duration')}</dt>
            <dd className="inline-block min-w-13 text-ink">
              <Duration start={run.startTime} end={run.finishTime} />
            </dd>
          </div>
        )}
        <div>
          <dt>{t('fact.cause')}</dt>
          <dd>
            {run.cause.kind === 'manual' ? (
              t('cause.manual')
            ) : (
              <Link href={paths.run(run.cause.of)} className="rounded-sm text-accent hover:underline">
                {t('cause.rerun', { runId: run.cause.of })}
              </Link>
            )}
          </dd>
        </div>
        <div>
          <dt>{t('fact.created')}</dt>
          <dd>
            <RelativeTime time={run.startTime ?? run.createTime} />
          </dd>
        </div>
        {run.totalVertices > 0 && (
          <div>
            <dt>{t('fact.cached')}</dt>
            <dd className="figures">{t('cachedOf', { cached: run.cachedVertices, total: run.totalVertices })}</dd>
          </div>
        )}
        {run.sentBytes !== undefined && (
          <div>
            <dt>{t('fact.sent')}</dt>
            <dd className="figures">
              <Bytes value={run.sentBytes} /> {t('sentFiles', { count: run.sentFiles ?? 0 })}
            </dd>
          </div>
        )}
        <Engine run={run} />
        <Source run={run} />
        <Revision run={run} />
      </dl>
    </header>
  );
}

/** Where it went, once there is a choice. */
function Engine({ run: { engine } }: { readonly run: Run }) {
  const { t, i18n } = useTranslation('run');
  const { data: engines = [] } = useOperation('engine', 'list', undefined);
  if (engine?.name === undefined || (engines.length < 2 && engine.name === automaticEngine)) return null;
  return (
    <div className="min-w-0">
      <dt>{t('inputs.engine')}</dt>
      <dd className="flex min-w-0 items-center gap-1" title={engine.host}>
        <Server aria-hidden size={13} strokeWidth={1.75} className="shrink-0 text-ink-3" />
        <MiddleTruncate text={engineName(i18n, engine.name)} className="max-w-40" />
      </dd>
    </div>
  );
}

/** The folder that is built, or the task's file. A command is the run's title already. */
function Source({ run: { request } }: { readonly run: Run }) {
  const { t } = useTranslation('run');
  if (request.kind === 'quickRun' && request.run.source.kind === 'command') return null;
  const [name, copy] =
    request.kind === 'quickBuild' ? [t('fact.source'), t('copyFolder')] : [t('fact.file'), t('copyPath')];
  return (
    <div className="min-w-0">
      <dt>{name}</dt>
      <dd className="flex min-w-0">
        <MiddleTruncate text={requestSource(request)} tail={22} copyLabel={copy} className="max-w-100" />
      </dd>
    </div>
  );
}

/** What the source turned out to be: the commit, or the digest of what was downloaded. */
function Revision({ run: { source } }: { readonly run: Run }) {
  const { t } = useTranslation('run');
  if (source === undefined) return null;
  const git = source.kind === 'git';
  const whole = git ? source.commit : source.digest;
  const name = git ? (source.branch ?? source.tag) : undefined;
  return (
    <div>
      <dt>{git ? t('fact.commit') : t('fact.digest')}</dt>
      <dd className="flex items-center gap-1">
        <code className="text-xs" title={whole}>
          {git ? whole.slice(0, 7) : shortDigest(whole)}
        </code>
        {name !== undefined && <span className="text-xs text-ink-3">{name}</span>}
        <CopyButton text={whole} label={git ? t('copyCommit') : t('copyDigest')} />
      </dd>
    </div>
  );
}

const patience = 10_000; // ms

/** Nothing more can be done than to wait for the engine; this says so. */
function CancelTakesLong() {
  const { t } = useTranslation('run');
  const [long, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), patience);
    return () => clearTimeout(timer);
  }, []);
  return <output className="text-xs text-warning-fg empty:hidden">{long && t('cancelingLong')}</output>;
}
