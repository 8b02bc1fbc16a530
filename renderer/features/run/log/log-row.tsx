import { memo } from 'react';
import type { CSSProperties } from 'react';
import type { LogLine } from '@shared/model/log-line.ts';
import { cx } from '../../../components/index.ts';
import { styledParts } from './ansi.ts';
import type { TextStyle } from './ansi.ts';
import { lineNumber, lineTime } from './line-text.ts';
import type { GutterOptions } from './line-text.ts';
import type { StepColumn } from './step-column.ts';

export type MatchRanges = readonly (readonly [number, number])[];

interface LogRowProps {
  readonly line: LogLine | undefined;
  /** Undefined until it is known. */
  readonly number: number | undefined;
  readonly gutter: GutterOptions;
  /** `#7` in front: not where all lines are one vertex's. */
  readonly prefixed: boolean;
  readonly wrap: boolean;
  /** Jumped to. */
  readonly marked: boolean;
  readonly ranges: MatchRanges | undefined;
}

/** One line of a stored log. */
export const LogRow = memo(function LogRow({ line, number, gutter, prefixed, wrap, marked, ranges }: LogRowProps) {
  return (
    <div
      className={cx(
        'flex min-h-4.5 pr-3 pl-2',
        marked && 'bg-selected shadow-[inset_2px_0_0_var(--accent)]',
        line?.stream === 'stderr' && !marked && 'shadow-[inset_2px_0_0_var(--warning-line)]',
      )}
    >
      <LineGutter line={line} number={number} gutter={gutter} />
      {gutter.steps !== undefined && <StepName column={gutter.steps} stepId={line?.stepId} />}
      {prefixed && line !== undefined && line.vertex !== 0 && (
        <span className="shrink-0 whitespace-pre text-ink-3">{`#${line.vertex} `}</span>
      )}
      <span className={cx('min-w-0', wrap ? 'wrap-anywhere whitespace-pre-wrap' : 'whitespace-pre')}>
        {line === undefined ? (
          <span className="inline-block h-2 w-40 rounded-sm bg-line opacity-60" />
        ) : (
          styledParts(line.text, ranges).map((part, index) => (
            <span
              key={index}
              style={styleOf(part.style)}
              className={part.match === undefined ? undefined : hitClass(marked)}
            >
              {part.text}
            </span>
          ))
        )}
      </span>
    </div>
  );
});

/** Number and time of a line, as far as they are wanted. */
export function LineGutter({ line, number, gutter }: Pick<LogRowProps, 'line' | 'number' | 'gutter'>) {
  return (
    <>
      {gutter.numbers && <Gutter text={number === undefined ? '' : lineNumber(number)} className="min-w-[7ch]" />}
      {gutter.times !== 'off' && (
        <Gutter
          text={line === undefined ? '' : lineTime(line.time, gutter.times, gutter.startedAt)}
          className="min-w-[8ch]"
        />
      )}
    </>
  );
}

function hitClass(marked: boolean): string {
  return marked
    ? 'rounded-sm bg-warning-line text-ink'
    : 'rounded-sm bg-warning-bg text-warning-fg outline-1 outline-warning-line';
}

function Gutter({ text, className }: { readonly text: string; readonly className?: string }) {
  return (
    <span aria-hidden className={cx('mr-3 shrink-0 whitespace-pre text-ink-3 select-none', className)}>
      {text}
    </span>
  );
}

function StepName({ column, stepId }: { readonly column: StepColumn; readonly stepId: string | undefined }) {
  const label = stepId === undefined ? undefined : column.labels.get(stepId);
  return (
    <span
      title={label === undefined ? undefined : stepId}
      className="mr-2 shrink-0 whitespace-pre"
      style={{
        minWidth: `${column.width}ch`,
        ...(label === undefined ? {} : { color: `var(--ansi-${label.color})` }),
      }}
    >
      {label?.text.trimEnd() ?? ''}
    </span>
  );
}

function styleOf(style: TextStyle): CSSProperties | undefined {
  const { color, bold, dim, italic, underline } = style;
  if (color === undefined && !bold && !dim && !italic && !underline) return undefined;
  return {
    ...(color === undefined ? {} : { color: `var(--ansi-${color})` }),
    ...(color === undefined && dim ? { color: 'var(--ink-2)' } : {}),
    ...(bold ? { fontWeight: 650 } : {}),
    ...(italic ? { fontStyle: 'italic' } : {}),
    ...(underline ? { textDecoration: 'underline' } : {}),
  };
}
