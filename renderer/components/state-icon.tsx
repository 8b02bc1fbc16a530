import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from './cx.ts';
import { stateLooks } from './state.ts';
import type { State } from './state.ts';

// Each shape differs in outline, so that they can be told apart without colour. Drawn on 16 by 16.
const cut = 'var(--surface)';
const shapes: Readonly<Record<State, ReactNode>> = {
  queued: <circle cx="8" cy="8" r="5.75" fill="none" stroke="currentColor" strokeWidth="1.5" />,
  running: (
    <>
      <circle cx="8" cy="8" r="5.75" fill="none" stroke="currentColor" strokeOpacity="0.3" strokeWidth="2.25" />
      <path
        className="origin-center animate-quarter"
        d="M8 2.25A5.75 5.75 0 0 1 13.75 8"
        fill="none"
        stroke="currentColor"
        strokeWidth="2.25"
        strokeLinecap="round"
      />
    </>
  ),
  succeeded: (
    <>
      <circle cx="8" cy="8" r="6.5" fill="currentColor" />
      <path
        d="m5 8.2 2.1 2.1L11.1 6"
        fill="none"
        stroke={cut}
        strokeWidth="1.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </>
  ),
  failed: (
    <>
      <path d="M5.3 1.5h5.4l3.8 3.8v5.4l-3.8 3.8H5.3l-3.8-3.8V5.3z" fill="currentColor" />
      <path d="m5.9 5.9 4.2 4.2m0-4.2-4.2 4.2" fill="none" stroke={cut} strokeWidth="1.6" strokeLinecap="round" />
    </>
  ),
  canceled: (
    <>
      <circle cx="8" cy="8" r="5.75" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M4 12 12 4" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" />
    </>
  ),
  timedout: (
    <>
      <circle cx="8" cy="8" r="5.75" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path
        d="M8 4.75V8l2.25 1.75"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </>
  ),
  error: (
    <>
      <path d="M8 1.6 15 14.2H1z" fill="currentColor" strokeLinejoin="round" stroke="currentColor" strokeWidth="1" />
      <path d="M8.8 5.4 6.6 9.3h2l-.9 3 2.5-4.1H8.1z" fill={cut} />
    </>
  ),
  skipped: (
    <circle cx="8" cy="8" r="5.75" fill="none" stroke="currentColor" strokeWidth="1.5" strokeDasharray="2.4 2.1" />
  ),
};

interface StateIconProps {
  readonly state: State;
  readonly size?: number;
  /** Beside the word it is decoration; alone it carries the word itself. */
  readonly labelled?: boolean;
  readonly className?: string;
}

/** A state's shape in its colour. */
export function StateIcon({ labelled = false, ...look }: StateIconProps) {
  return labelled ? <NamedShape {...look} /> : <Shape {...look} />;
}

interface ShapeProps extends Omit<StateIconProps, 'labelled'> {
  /** Read aloud; without it nothing is. */
  readonly name?: string;
}

function Shape({ state, size = 16, className, name }: ShapeProps) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      role={name === undefined ? undefined : 'img'}
      aria-hidden={name === undefined || undefined}
      aria-label={name}
      className={cx('shrink-0', stateLooks[state].fg, className)}
    >
      {shapes[state]}
    </svg>
  );
}

/** Apart from the shape, as looking up words takes longer than drawing it, and graphs have hundreds. */
function NamedShape(look: ShapeProps) {
  const { t } = useTranslation('common');
  return <Shape {...look} name={t(`state.${look.state}`)} />;
}

/** Shape, word and colour together. */
export function StateLabel({ state, className }: { readonly state: State; readonly className?: string }) {
  const { t } = useTranslation('common');
  return (
    <span className={cx('inline-flex items-center gap-1.5 whitespace-nowrap', stateLooks[state].fg, className)}>
      <StateIcon state={state} />
      {t(`state.${state}`)}
    </span>
  );
}

/** The mark of a vertex that came from the cache: an outlined disc and the word. */
export function CachedMark({ className }: { readonly className?: string }) {
  const { t } = useTranslation('common');
  return (
    <span
      className={cx(
        'inline-flex h-4.5 items-center gap-1 rounded-full border border-cached-line bg-cached-bg px-1.5 text-2xs whitespace-nowrap text-cached-fg',
        className,
      )}
    >
      <svg aria-hidden width="8" height="8" viewBox="0 0 8 8">
        <circle cx="4" cy="4" r="3" fill="none" stroke="currentColor" strokeWidth="1.5" />
      </svg>
      {t('state.cached')}
    </span>
  );
}
