import { useState } from 'react';
import type { ReactNode } from 'react';
import type { AppError, Fix } from '@shared/model/app-error.ts';
import { ErrorCard } from '../../components/index.ts';
import type { FixHandlers } from '../../components/index.ts';
import { withFolder, withRef } from './context-ref.ts';
import { TokenForm } from './token-form.tsx';

interface SourceFailureProps {
  readonly error: AppError;
  /** Asks once more for what failed. */
  readonly onRetry: () => void;
  /** What was asked for, and how another place is asked for instead; absent where there is none to choose. */
  readonly context?: string | undefined;
  readonly onContext?: ((context: string) => void) | undefined;
  readonly onFix?: FixHandlers;
  readonly children?: ReactNode;
  readonly extraMarkdown?: string;
}

/** A context that could not be fetched: the token that it wants is taken right here, near names and folders are one click away. */
export function SourceFailure({ error, onRetry, context, onContext, onFix, ...card }: SourceFailureProps) {
  const [place, setPlace] = useState<string>();
  const elsewhere: FixHandlers =
    context === undefined || onContext === undefined
      ? {}
      : {
          useRef: ({ ref }) => onContext(withRef(context, ref)),
          useFolder: ({ folder }) => onContext(withFolder(context, folder)),
        };
  // Whatever it failed of, what was typed may be what is wrong.
  const editable = onFix?.editInputs !== undefined && error.fixes.every(({ kind }) => kind !== 'editInputs');
  const fixes: readonly Fix[] = editable ? [...error.fixes, { kind: 'editInputs' }] : error.fixes;
  return (
    <>
      <ErrorCard
        // What is to be done is in the form below, while that is open.
        error={{ ...error, fixes: place === undefined ? [...fixes] : [] }}
        onFix={{ retry: onRetry, signInToGit: (fix) => setPlace(fix.place), ...elsewhere, ...onFix }}
        {...card}
      />
      {place !== undefined && (
        <TokenForm
          place={place}
          retries
          onKept={() => {
            setPlace(undefined);
            onRetry();
          }}
          onClose={() => setPlace(undefined)}
        />
      )}
    </>
  );
}
