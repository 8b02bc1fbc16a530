import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ManifestDetails } from '@shared/model/registry-content.ts';
import { useOperation } from '../../../api/hooks.ts';
import {
  Bytes,
  Chip,
  CodeLine,
  CopyButton,
  ErrorCard,
  MiddleTruncate,
  RelativeTime,
  Section,
  Skeleton,
} from '../../../components/index.ts';
import { IndexEntries, Layers } from './manifest-lists.tsx';
import { Fact, Pairs, Words } from './manifest-facts.tsx';

interface ManifestViewProps {
  readonly host: string;
  readonly repository: string;
  readonly reference: string;
}

/** A manifest or an index, and what an image says of itself. */
export function ManifestView({ host, repository, reference }: ManifestViewProps) {
  const { t } = useTranslation('registries');
  const byDigest = reference.includes(':');
  const image = `${host}/${repository}${byDigest ? '@' : ':'}${reference}`;
  const query = useOperation('registries', 'manifest', { image });
  if (query.error !== null)
    return (
      <div className="p-6">
        <ErrorCard error={query.error.error} onFix={{ retry: () => void query.refetch() }} />
      </div>
    );
  return (
    <article className="mx-auto flex max-w-220 flex-col gap-5 px-6 py-4" aria-label={t('browse.manifest')}>
      <header className="flex min-w-0 flex-wrap items-center gap-2">
        <h2 className="min-w-0 text-lg font-semibold">
          <MiddleTruncate text={reference} tail={byDigest ? 12 : 8} className="font-mono" />
        </h2>
        {query.data !== undefined && <Kind details={query.data} />}
      </header>
      {query.data === undefined ? (
        <Skeleton rows={6} />
      ) : (
        <Details details={query.data} host={host} repository={repository} image={image} />
      )}
    </article>
  );
}

function Kind({ details }: { readonly details: ManifestDetails }) {
  const { t } = useTranslation('registries');
  if (details.kind === 'index') return <Chip tone="accent">{t('browse.kind.index')}</Chip>;
  if (details.artifactType !== undefined) return <Chip>{t('browse.kind.artifact')}</Chip>;
  if (isAttestation(details)) return <Chip>{t('browse.kind.attestation')}</Chip>;
  return (
    <>
      <Chip tone="accent">{t('browse.kind.image')}</Chip>
      {details.config?.platform !== undefined && <Chip>{details.config.platform}</Chip>}
    </>
  );
}

function isAttestation(details: ManifestDetails): boolean {
  return details.kind === 'image' && details.layers.some(({ predicate }) => predicate !== undefined);
}

/** An engine takes images only, and indexes of them. */
function canBePulled(details: ManifestDetails): boolean {
  return details.kind === 'index' || (details.artifactType === undefined && !isAttestation(details));
}

interface DetailsProps {
  readonly details: ManifestDetails;
  readonly host: string;
  readonly repository: string;
  readonly image: string;
}

function Details({ details, host, repository, image }: DetailsProps) {
  const { t } = useTranslation('registries');
  const config = details.kind === 'image' ? details.config : undefined;
  return (
    <>
      {canBePulled(details) && <CodeLine text={`docker pull ${image}`} label={t('browse.copyPull')} wrap />}
      <dl className="grid grid-cols-[max-content_minmax(0,1fr)] items-baseline gap-x-6 gap-y-1.5">
        <Fact name={t('browse.fact.digest')}>
          <span className="flex min-w-0 items-center gap-1">
            <MiddleTruncate text={details.digest} tail={12} className="font-mono text-code" />
            <CopyButton text={details.digest} label={t('browse.copyDigest')} />
          </span>
        </Fact>
        <Fact name={t('browse.fact.mediaType')}>
          <MiddleTruncate text={details.mediaType} className="font-mono text-code" />
        </Fact>
        {details.artifactType !== undefined && (
          <Fact name={t('browse.fact.artifactType')}>
            <MiddleTruncate text={details.artifactType} className="font-mono text-code" />
          </Fact>
        )}
        {details.kind === 'image' && (
          <Fact name={t('browse.fact.size')}>
            <Bytes value={details.layersSize} />
          </Fact>
        )}
        {config?.created !== undefined && (
          <Fact name={t('browse.fact.created')}>
            <Created text={config.created} />
          </Fact>
        )}
        {config !== undefined && (
          <>
            <Words name={t('browse.fact.entryPoint')} words={config.entryPoint} />
            <Words name={t('browse.fact.command')} words={config.command} />
            <Words name={t('browse.fact.workingDirectory')} words={[config.workingDirectory ?? ''].filter(Boolean)} />
            <Words name={t('browse.fact.user')} words={[config.user ?? ''].filter(Boolean)} />
            <Words name={t('browse.fact.ports')} words={config.ports} />
          </>
        )}
      </dl>
      {details.kind === 'index' ? (
        <Part title={t('browse.platforms')}>
          <IndexEntries entries={details.entries} host={host} repository={repository} />
        </Part>
      ) : (
        <Part title={t('browse.layers', { count: details.layers.length })}>
          <Layers layers={details.layers} />
        </Part>
      )}
      {config !== undefined && config.env.length > 0 && (
        <Part title={t('browse.env')}>
          <Pairs pairs={config.env.map(asPair)} />
        </Part>
      )}
      {config !== undefined && config.labels.length > 0 && (
        <Part title={t('browse.labels')}>
          <Pairs pairs={config.labels} />
        </Part>
      )}
      {details.annotations.length > 0 && (
        <Part title={t('browse.annotations')}>
          <Pairs pairs={details.annotations} />
        </Part>
      )}
    </>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return <Section title={title}>{children}</Section>;
}

/** An author may write anything there. */
function Created({ text }: { readonly text: string }) {
  return Number.isNaN(Date.parse(text)) ? <span>{text}</span> : <RelativeTime time={text} />;
}

function asPair(variable: string): { readonly name: string; readonly value: string } {
  const equals = variable.indexOf('=');
  return equals < 0
    ? { name: variable, value: '' }
    : { name: variable.slice(0, equals), value: variable.slice(equals + 1) };
}
