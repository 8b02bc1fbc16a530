import type { KeyboardEvent, ReactNode } from 'react';
import { cx } from '../components/index.ts';
import type { GraphNode } from './graph-layout.ts';
import { nodeHeight, nodeWidth } from './slots.ts';

/** Characters of a text that have room in a node at most, and then some: what is longer is cut before it is drawn. */
export const shownText = 60;

/** What the graph does about its nodes; the same object all the time. */
export interface NodeHands {
  readonly choose: (id: string) => void;
  /** With the pointer; undefined when it has left. */
  readonly point: (id: string | undefined) => void;
  /** By keyboard; undefined when it is left. */
  readonly focus: (id: string | undefined) => void;
  readonly press: (event: KeyboardEvent, id: string) => void;
}

/** What the graph knows of a node. Flat, so that a memoised node is drawn again only when some of it changes. */
export interface NodeProps {
  readonly node: GraphNode;
  /** Where it stands among all, from 1: only those in sight are drawn, and screen readers are to know. */
  readonly place: number;
  readonly count: number;
  /** Large enough to be read. */
  readonly detailed: boolean;
  readonly chosen: boolean;
  /** The one that Tab leads to. */
  readonly tabbable: boolean;
  /** Another step is looked at, and this one has nothing to do with it. */
  readonly faded: boolean;
  readonly hands: NodeHands;
}

interface NodeButtonProps extends NodeProps {
  /** All of it in words, for screen readers. */
  readonly name: string;
  /** Ground and border. */
  readonly className: string;
  /** For the eyes. */
  readonly children: ReactNode;
}

/** A step in the graph: its place, and what it answers to. A screen draws what is in it. */
export function NodeButton({ node, hands, ...props }: NodeButtonProps) {
  const { id } = node;
  return (
    <li
      aria-posinset={props.place}
      aria-setsize={props.count}
      className="absolute"
      style={{ left: node.x, top: node.y, width: nodeWidth, height: nodeHeight }}
    >
      <button
        type="button"
        data-node={id}
        tabIndex={props.tabbable ? 0 : -1}
        aria-current={props.chosen || undefined}
        className={cx(
          'relative flex size-full items-center rounded-md border px-2 text-left outline-offset-2 transition-opacity',
          props.className,
          props.chosen && 'shadow-[0_0_0_2px_var(--focus)]',
          props.faded && 'opacity-35',
        )}
        onClick={() => hands.choose(id)}
        onPointerEnter={() => hands.point(id)}
        onPointerLeave={() => hands.point(undefined)}
        onFocus={(event) => {
          // A press of the mouse says nothing about wanting the others out of the way.
          if (event.currentTarget.matches(':focus-visible')) hands.focus(id);
        }}
        onBlur={() => hands.focus(undefined)}
        onKeyDown={(event) => hands.press(event, id)}
      >
        {/* Letters of one width are laid out in half the time, and nobody sees them. */}
        <span className="sr-only font-mono">{props.name}</span>
        <span aria-hidden className="flex w-full flex-col gap-px">
          {props.children}
        </span>
      </button>
    </li>
  );
}
