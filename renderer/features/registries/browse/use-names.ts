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
  /** Reads the next piece; absent at the end. */
  readonly more: (() => void) | undefined;
  readonly reading: boolean;
}

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
    select: ({ pages }) => [...new Set(pages.flatMap(({ names }) => names))],
  });
  return {
    query: pieces,
    more: pieces.hasNextPage ? () => void pieces.fetchNextPage() : undefined,
    reading: pieces.isFetchingNextPage,
  };
}
