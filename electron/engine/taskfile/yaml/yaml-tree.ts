import type { Stretch } from '../text-map.ts';

/** How a scalar is written. */
export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

/** A scalar: its text, quotes and indentation taken off. What type it has is for who reads it to say. */
export interface YamlScalar extends Stretch {
  readonly kind: 'scalar';
  readonly text: string;
  readonly style: ScalarStyle;
  /** `!!int`, `!other`; empty without one. */
  readonly tag: string;
  /** It stands in `[…]` or `{…}`, where fewer characters are free. */
  readonly inFlow: boolean;
}

export interface YamlEntry {
  readonly key: YamlNode;
  readonly value: YamlNode;
}

export interface YamlMap extends Stretch {
  readonly kind: 'map';
  readonly tag: string;
  /** In the order of the text, duplicates and merges (`<<`) as they are written. */
  readonly entries: readonly YamlEntry[];
}

export interface YamlList extends Stretch {
  readonly kind: 'list';
  readonly tag: string;
  readonly items: readonly YamlNode[];
}

/** `*name`. It may lead back to a node that it stands in. */
export interface YamlAlias extends Stretch {
  readonly kind: 'alias';
  readonly name: string;
  /** What was anchored under the name above; undefined when nothing was. */
  readonly target: YamlNode | undefined;
}

/** A node of a YAML text with its place in it. */
export type YamlNode = YamlScalar | YamlMap | YamlList | YamlAlias;
