import { useEffect, useEffectEvent, useLayoutEffect, useMemo, useRef } from 'react';
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { TaskFinding, TextRange } from '@shared/model/task-finding.ts';
import { cx, Tooltip } from '../../components/index.ts';
import { findingWords, markedLines } from './findings.ts';
import type { MarkedLine, Severity } from './findings.ts';
import { SeverityIcon } from './severity-icon.tsx';
import { lineStarts, spanOf } from './text-lines.ts';
import type { Span } from './text-lines.ts';
import { yamlSpans } from './yaml-spans.ts';

/** Where the view should go, and what should be written there (only where it can be edited). Each is acted on once. */
export interface TextTarget {
  readonly range: TextRange;
  readonly replaceWith?: string;
}

/** The beginning of a line, or a place in it. Both count from 1. */
export function lineTarget(line: number, column = 1): TextTarget {
  return { range: { line, column, endLine: line, endColumn: column } };
}

interface TextViewProps {
  /** With `\n` as its line ends. */
  readonly text: string;
  readonly label: string;
  readonly findings: readonly TaskFinding[];
  /** Where a line of the findings stands in this text; absent: it is the text that they are about. */
  readonly lineOf?: (line: number) => number | undefined;
  readonly target: TextTarget | undefined;
  /** Makes it an editor. */
  readonly onText?: (text: string) => void;
}

/** The targets that were acted on: a view that comes back neither jumps nor writes again. */
const done = new WeakSet<TextTarget>();

/** Pixels of a line; the classes below have it too (`leading-5`). */
const lineHeight = 20;

/** A task's text with line numbers, colours and marks where something is to be said. */
export function TextView({ text, label, findings, lineOf, target, onText }: TextViewProps) {
  const scroller = useRef<HTMLElement>(null);
  const code = useRef<HTMLPreElement>(null);
  const editor = useRef<HTMLTextAreaElement>(null);
  const starts = useMemo(() => lineStarts(text), [text]);
  const marks = useMemo(() => markedLines(findings, lineOf), [findings, lineOf]);
  const own = lineOf === undefined;
  useHighlights(code, text, starts, own ? findings : none);

  const lineIn = ({ range }: TextTarget) => Math.min(lineOf?.(range.line) ?? range.line, starts.length);
  // In an editor the selection tells.
  const current = target === undefined || onText !== undefined ? undefined : lineIn(target);
  const show = useEffectEvent((wanted: TextTarget) => {
    if (done.has(wanted)) return;
    done.add(wanted);
    const { range, replaceWith } = wanted;
    const line = lineIn(wanted);
    const box = scroller.current;
    box?.scrollIntoView({ block: 'nearest' });
    box?.scrollTo({ top: (line - 1) * lineHeight - box.clientHeight / 2 + lineHeight, left: 0 });
    const area = editor.current;
    if (area === null) return box?.focus({ preventScroll: true });
    const { start, end } = spanOf(text, starts, range);
    area.focus({ preventScroll: true });
    area.setSelectionRange(start, end);
    if (replaceWith === undefined) return;
    // The one way to write that Ctrl+Z takes back; after React has committed, or it would put the old text back first.
    queueMicrotask(() => document.execCommand('insertText', false, replaceWith));
  });
  useLayoutEffect(() => {
    if (target !== undefined) show(target);
  }, [target]);

  const digits = String(starts.length).length;
  return (
    <section
      ref={scroller}
      aria-label={label}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
      tabIndex={onText === undefined ? 0 : undefined}
      className="min-h-0 flex-1 overflow-auto bg-surface focus-visible:-outline-offset-2"
    >
      <div className="flex min-h-full w-max min-w-full">
        <div
          aria-hidden
          className="sticky left-0 z-10 shrink-0 border-r border-line bg-surface py-2 text-ink-3 select-none"
        >
          <pre className="pr-2.5 pl-7 text-right leading-5" style={{ minWidth: `calc(${digits}ch + 2.375rem)` }}>
            {starts.map((_, index) => index + 1).join('\n')}
          </pre>
          {marks.map((mark) => (
            <Mark key={mark.line} mark={mark} />
          ))}
        </div>
        <div className="relative min-w-0 flex-1 py-2">
          {current !== undefined && <LineGround line={current} className="bg-selected" />}
          {marks.map(({ line, severity }) => (
            <LineGround key={line} line={line} className={grounds[severity]} />
          ))}
          <div className="relative grid">
            <pre
              ref={code}
              aria-hidden={onText !== undefined}
              className={cx('col-start-1 row-start-1 px-3 leading-5 whitespace-pre', highlightLooks)}
            >
              {/* A line end of its own, or a last empty line would have no height. */}
              {`${text}\n`}
            </pre>
            {onText !== undefined && (
              <textarea
                ref={editor}
                aria-label={label}
                wrap="off"
                spellCheck={false}
                autoComplete="off"
                autoCapitalize="off"
                value={text}
                onChange={(event) => onText(event.currentTarget.value)}
                // Its letters are those of the text beneath, which can show colours; its own would cover them.
                className="col-start-1 row-start-1 size-full resize-none overflow-hidden bg-transparent px-3 font-mono text-code leading-5 whitespace-pre text-transparent caret-ink outline-none"
              />
            )}
          </div>
        </div>
      </div>
    </section>
  );
}

const none: readonly TaskFinding[] = [];
const grounds: Readonly<Record<Severity, string>> = {
  error: 'bg-failed-bg',
  warning: 'bg-warning-bg',
  info: 'bg-idle-bg',
};

function LineGround({ line, className }: { readonly line: number; readonly className: string }) {
  return (
    <div
      aria-hidden
      className={cx('pointer-events-none absolute inset-x-0 h-5', className)}
      style={{ top: 8 + (line - 1) * lineHeight }}
    />
  );
}

/** Beside the line's number; by keyboard the list of findings says the same. */
function Mark({ mark }: { readonly mark: MarkedLine }) {
  const { i18n } = useTranslation('task-screen');
  return (
    <Tooltip
      side="right"
      content={
        <span className="flex flex-col gap-1">
          {mark.findings.map((finding, index) => (
            <span key={index}>{findingWords(i18n, finding).text}</span>
          ))}
        </span>
      }
    >
      <span
        className="absolute left-2 flex h-5 w-4 items-center justify-center"
        style={{ top: 8 + (mark.line - 1) * lineHeight }}
      >
        <SeverityIcon severity={mark.severity} />
      </span>
    </Tooltip>
  );
}

const highlightLooks = cx(
  '[&::highlight(task-key)]:text-accent',
  '[&::highlight(task-comment)]:text-ink-3',
  '[&::highlight(task-string)]:text-succeeded-fg',
  '[&::highlight(task-template)]:text-running-fg',
  '[&::highlight(task-error)]:underline [&::highlight(task-error)]:decoration-failed-fg [&::highlight(task-error)]:decoration-wavy',
  '[&::highlight(task-warning)]:underline [&::highlight(task-warning)]:decoration-warning-fg [&::highlight(task-warning)]:decoration-wavy',
);

/** Colours words of a text without an element for each (CSS Custom Highlight API). One text at a time. */
function useHighlights(
  code: RefObject<HTMLPreElement | null>,
  text: string,
  starts: readonly number[],
  findings: readonly TaskFinding[],
): void {
  useEffect(() => {
    const node = code.current?.firstChild;
    if (!(node instanceof Text) || typeof Highlight === 'undefined') return;
    const groups = new Map<string, Range[]>();
    const add = (name: string, { start, end }: Span) => {
      const range = document.createRange();
      range.setStart(node, start);
      range.setEnd(node, end);
      const ranges = groups.get(name);
      if (ranges === undefined) groups.set(name, [range]);
      else ranges.push(range);
    };
    for (const span of yamlSpans(text)) add(`task-${span.kind}`, span);
    for (const { severity, range } of findings) {
      if (range !== undefined && severity !== 'info') add(`task-${severity}`, spanOf(text, starts, range));
    }
    const mine = new Map([...groups].map(([name, ranges]) => [name, new Highlight(...ranges)]));
    for (const [name, highlight] of mine) CSS.highlights.set(name, highlight);
    return () => {
      // The next text may have set its own already.
      for (const [name, highlight] of mine) if (CSS.highlights.get(name) === highlight) CSS.highlights.delete(name);
    };
  }, [code, text, starts, findings]);
}
