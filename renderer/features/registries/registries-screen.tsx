import { useQueryParams } from '../../app/location.ts';
import { BrowseScreen } from './browse/browse-screen.tsx';
import { RegistryList } from './registry-list.tsx';

/** The registries that are known, or what is in one of them. */
export function RegistriesScreen() {
  const query = useQueryParams();
  const host = query.get('browse');
  if (host === null || host === '') return <RegistryList />;
  return (
    <BrowseScreen
      key={host}
      host={host}
      repository={query.get('repository') ?? undefined}
      reference={query.get('reference') ?? undefined}
    />
  );
}
