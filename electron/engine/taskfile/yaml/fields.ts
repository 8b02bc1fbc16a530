import type { TaskObject } from '@shared/model/task-properties.ts';
import type { Stretch } from '../text-map.ts';
import type { YamlScalar } from './yaml-tree.ts';

/** A value of a file with the place where it stands. */
export interface Given<T> {
  readonly value: T;
  readonly at: Stretch;
}

/** A text as it is written. */
export interface GivenText extends Given<string> {
  /** The scalar itself, for places inside of it. */
  readonly scalar: YamlScalar;
}

/** What a map of the file gives, by the names of its properties. */
export interface Fields {
  readonly object: TaskObject;
  readonly at: Stretch;
  /** Where the key stands that was written last for each property, also when its value doesn't fit. */
  readonly keys: ReadonlyMap<string, Stretch>;
  /** Properties whose value doesn't fit: what they would have been nobody knows. */
  readonly misfits: ReadonlySet<string>;
  text(name: string): GivenText | undefined;
  integer(name: string): Given<number> | undefined;
  boolean(name: string): Given<boolean> | undefined;
  /** Undefined when it isn't given; an entry without content is an empty text. */
  texts(name: string): Given<readonly GivenText[]> | undefined;
  textMap(name: string): Given<ReadonlyMap<string, GivenText>> | undefined;
  objects(name: string): Given<readonly Fields[]> | undefined;
  child(name: string): Fields | undefined;
}

/** The value of one property. */
export type FieldValue =
  | { readonly kind: 'text'; readonly given: GivenText }
  | { readonly kind: 'integer'; readonly given: Given<number> }
  | { readonly kind: 'boolean'; readonly given: Given<boolean> }
  | { readonly kind: 'texts'; readonly given: Given<readonly GivenText[]> }
  | { readonly kind: 'textMap'; readonly given: Given<ReadonlyMap<string, GivenText>> }
  | { readonly kind: 'objects'; readonly given: Given<readonly Fields[]> }
  | { readonly kind: 'object'; readonly given: ReadFields };

/** Fields while they are read. */
export class ReadFields implements Fields {
  readonly object: TaskObject;
  readonly at: Stretch;
  readonly keys = new Map<string, Stretch>();
  readonly misfits = new Set<string>();
  readonly values = new Map<string, FieldValue>();

  constructor(object: TaskObject, at: Stretch) {
    this.object = object;
    this.at = at;
  }

  text(name: string): GivenText | undefined {
    const value = this.values.get(name);
    return value?.kind === 'text' ? value.given : undefined;
  }

  integer(name: string): Given<number> | undefined {
    const value = this.values.get(name);
    return value?.kind === 'integer' ? value.given : undefined;
  }

  boolean(name: string): Given<boolean> | undefined {
    const value = this.values.get(name);
    return value?.kind === 'boolean' ? value.given : undefined;
  }

  texts(name: string): Given<readonly GivenText[]> | undefined {
    const value = this.values.get(name);
    return value?.kind === 'texts' ? value.given : undefined;
  }

  textMap(name: string): Given<ReadonlyMap<string, GivenText>> | undefined {
    const value = this.values.get(name);
    return value?.kind === 'textMap' ? value.given : undefined;
  }

  objects(name: string): Given<readonly Fields[]> | undefined {
    const value = this.values.get(name);
    return value?.kind === 'objects' ? value.given : undefined;
  }

  child(name: string): Fields | undefined {
    const value = this.values.get(name);
    return value?.kind === 'object' ? value.given : undefined;
  }
}
