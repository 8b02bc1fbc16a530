import { ArrowLeft, Box, FolderSearch, Tag } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { navigate } from '../../../app/location.ts';
import { paths } from '../../../app/paths.ts';
import { Button, CopyButton, Empty, ErrorCard, Field, Input, MiddleTruncate } from '../../../components/index.ts';
import { ManifestView } from './manifest-view.tsx';
import { NameList } from './name-list.tsx';
import { useNames } from './use-names.ts';

interface BrowseScreenProps {
  readonly host: string;
  readonly repository: string | undefined;
  /** A tag, or a digest. */
  readonly reference: string | undefined;
}

/** What is in a registry: its repositories, a repository's tags, and the manifest behind one. */
export function BrowseScreen({ host, repository, reference }: BrowseScreenProps) {
  const { t } = useTranslation('registries');
  const name = repository === undefined ? host : `${host}/${repository}`;
  return (
    <div className="flex h-full min-h-0 flex-col">
      <header className="flex flex-col gap-1 border-b border-line px-6 pt-4 pb-3">
        <Link
          href={paths.registries}
          className="flex w-fit items-center gap-1 rounded-sm text-xs text-ink-2 hover:text-ink"
        >
          <ArrowLeft aria-hidden size={13} />
          {t('title')}
        </Link>
        <div className="flex min-w-0 items-center gap-1">
          <h1 aria-label={name} className="min-w-0 text-xl font-semibold tracking-tight">
            <MiddleTruncate text={name} />
          </h1>
          <CopyButton text={name} label={t('browse.copyName')} />
        </div>
      </header>
      <div className="grid min-h-0 flex-1 grid-cols-[17rem_minmax(0,1fr)] wide:grid-cols-[22rem_minmax(0,1fr)]">
        <div className="flex min-h-0 flex-col gap-2 border-r border-line bg-surface px-4 py-3">
          {repository === undefined ? (
            <Repositories host={host} />
          ) : (
            <Tags key={repository} host={host} repository={repository} reference={reference} />
          )}
        </div>
        <div className="min-h-0 overflow-y-auto">
          {repository === undefined || reference === undefined ? (
            <NothingChosen host={host} repository={repository} />
          ) : (
            <ManifestView
              key={`${repository} ${reference}`}
              host={host}
              repository={repository}
              reference={reference}
            />
          )}
        </div>
      </div>
    </div>
  );
}

/** What there is to do; where there is nothing to choose from, why. */
function NothingChosen({ host, repository }: Pick<BrowseScreenProps, 'host' | 'repository'>) {
  const { t } = useTranslation('registries');
  const { query, failure } = useNames(host, repository);
  if (failure !== null)
    return (
      <div className="p-6">
        <ErrorCard error={failure.error} onFix={{ retry: () => void query.refetch() }} />
      </div>
    );
  return (
    <Empty
      title={repository === undefined ? t('browse.chooseRepository') : t('browse.chooseTag')}
      text={repository === undefined ? t('browse.chooseRepositoryDetail') : t('browse.chooseTagDetail')}
      className="pt-24"
    />
  );
}

function Repositories({ host }: { readonly host: string }) {
  const { t } = useTranslation('registries');
  const names = useNames(host, undefined);
  // Many registries keep their catalog to themselves; who knows a name can still go there.
  return (
    <>
      {names.failure !== null ? (
        <p className="text-xs text-ink-2">{t('browse.catalogRefused')}</p>
      ) : (
        <NameList
          names={names}
          label={t('browse.repositories')}
          filterLabel={t('browse.filterRepositories')}
          empty={t('browse.noRepositories')}
          current={undefined}
          pathOf={(name) => paths.browse(host, name)}
          icon={<Box aria-hidden size={14} strokeWidth={1.75} />}
        />
      )}
      <OpenRepository host={host} />
    </>
  );
}

/** For a repository that isn't in the list. */
function OpenRepository({ host }: { readonly host: string }) {
  const { t } = useTranslation('registries');
  const [name, setName] = useState('');
  const wanted = name.trim();
  return (
    <form
      className="flex items-end gap-2 border-t border-line pt-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (wanted !== '') navigate(paths.browse(host, wanted));
      }}
    >
      <Field label={t('browse.repository')} className="flex-1">
        <Input mono value={name} placeholder="team/app" onValue={setName} />
      </Field>
      <Button type="submit" icon={FolderSearch} disabled={wanted === ''}>
        {t('browse.openRepository')}
      </Button>
    </form>
  );
}

function Tags({ host, repository, reference }: BrowseScreenProps & { readonly repository: string }) {
  const { t } = useTranslation('registries');
  const names = useNames(host, repository);
  return (
    <>
      <Link
        href={paths.browse(host)}
        className="flex w-fit items-center gap-1 rounded-sm text-xs text-ink-2 hover:text-ink"
      >
        <ArrowLeft aria-hidden size={13} />
        {t('browse.repositories')}
      </Link>
      {(reference !== undefined || names.failure === null) && (
        <NameList
          names={names}
          label={t('browse.tags')}
          filterLabel={t('browse.filterTags')}
          empty={t('browse.noTags')}
          current={reference}
          pathOf={(name) => paths.browse(host, repository, name)}
          icon={<Tag aria-hidden size={13} strokeWidth={1.75} />}
        />
      )}
    </>
  );
}
