import { useInfiniteQuery } from '@tanstack/react-query';
import type { AppFailure } from '@shared/model/app-error.ts';
import { client, failureOf } from '../../../api/client.ts';
import { operationKey } from '../../../api/hooks.ts';
import type { ListQuery } from '../../../components/list-state.tsx';

interface Piece {
  readonly names: readonly string[];
  readonly next: string | undefined;
}

/** A list that comes in pieces. */
export interface Names {
  readonly query: ListQuery<string>;
  /** Why there is nothing at all. */
  readonly failure: AppFailure | null;
  /** Reads the next piece; absent at the end. */
  readonly more: (() => void) | undefined;
  readonly reading: boolean;
}

/** `1.9` before `1.10`, whatever order a registry has them in. */
const byName = new Intl.Collator('en', { numeric: true });

/** The repositories of a registry, or the tags of one of them. */
export function useNames(host: string, repository: string | undefined): Names {
  const input = repository === undefined ? { host } : { host, repository };
  const read = async (after: string | undefined, signal: AbortSignal): Promise<Piece> => {
    if (repository === undefined) {
      const { repositories: names, next } = await client.registries.repositories({ host, after }, signal);
      return { names, next };
    }
    const { tags: names, next } = await client.registries.tags({ host, repository, after }, signal);
    return { names, next };
  };
  const pieces = useInfiniteQuery<Piece, AppFailure, readonly string[], readonly unknown[], string | undefined>({
    queryKey: operationKey('registries', repository === undefined ? 'repositories' : 'tags', input),
    initialPageParam: undefined,
    getNextPageParam: (last) => last.next,
    queryFn: async ({ pageParam, signal }) => {
      try {
        return await read(pageParam, signal);
      } catch (thrown) {
        if (signal.aborted) throw thrown;
        throw failureOf(thrown);
      }
    },
    select: ({ pages }) => [...new Set(pages.flatMap(({ names }) => names))].toSorted(byName.compare),
  });
  return {
    query: pieces,
    failure: pieces.data === undefined ? pieces.error : null,
    more: pieces.hasNextPage ? () => void pieces.fetchNextPage() : undefined,
    reading: pieces.isFetchingNextPage,
  };
}
