import { quote } from './quote.ts';

/**
 * What a template says, as Go's text/template/parse has it. `offset` is where something begins in the template (UTF-16 units);
 * `reportedAt` is where Go's error texts say that it is, which for `.a.b` is the second field.
 */
export type Statement = Text | Action | Branch | Range | Invocation | LoopExit;

export interface Text {
  readonly kind: 'text';
  readonly offset: number;
  readonly text: string;
}

export interface Action {
  readonly kind: 'action';
  /** Of its `{{`. */
  readonly offset: number;
  readonly reportedAt: number;
  readonly pipe: Pipeline;
}

export interface Branch {
  readonly kind: 'if' | 'with';
  readonly pipe: Pipeline;
  readonly body: readonly Statement[];
  readonly otherwise: readonly Statement[] | undefined;
}

export interface Range {
  readonly kind: 'range';
  readonly pipe: Pipeline;
  readonly body: readonly Statement[];
  readonly otherwise: readonly Statement[] | undefined;
}

/** `{{template "name" pipeline}}`. */
export interface Invocation {
  readonly kind: 'template';
  readonly offset: number;
  readonly reportedAt: number;
  readonly name: string;
  readonly pipe: Pipeline | undefined;
}

export interface LoopExit {
  readonly kind: 'break' | 'continue';
  readonly offset: number;
}

export interface Pipeline {
  readonly kind: 'pipeline';
  readonly offset: number;
  readonly reportedAt: number;
  /** Variables that it declares, or sets when `assigns`. */
  readonly variables: readonly string[];
  readonly assigns: boolean;
  readonly commands: readonly Command[];
}

export interface Command {
  readonly kind: 'command';
  readonly offset: number;
  readonly reportedAt: number;
  /** Never empty. */
  readonly operands: readonly [Operand, ...Operand[]];
}

export type Operand =
  Name | Field | Variable | Chain | Dot | Nil | BooleanLiteral | NumberLiteral | StringLiteral | Pipeline;

/** The name of a function. */
export interface Name {
  readonly kind: 'name';
  readonly offset: number;
  readonly reportedAt: number;
  readonly name: string;
}

/** `.a.b` */
export interface Field {
  readonly kind: 'field';
  readonly offset: number;
  readonly reportedAt: number;
  readonly fields: readonly string[];
}

/** `$`, `$x` or `$x.a.b` */
export interface Variable {
  readonly kind: 'variable';
  readonly offset: number;
  readonly reportedAt: number;
  readonly name: string;
  readonly fields: readonly string[];
}

/** `(pipeline).a.b` or `function.a.b` */
export interface Chain {
  readonly kind: 'chain';
  readonly offset: number;
  readonly reportedAt: number;
  readonly of: Operand;
  readonly fields: readonly string[];
}

export interface Dot {
  readonly kind: 'dot';
  readonly offset: number;
  readonly reportedAt: number;
}

export interface Nil {
  readonly kind: 'nil';
  readonly offset: number;
  readonly reportedAt: number;
}

export interface BooleanLiteral {
  readonly kind: 'boolean';
  readonly offset: number;
  readonly reportedAt: number;
  readonly value: boolean;
}

export interface NumberLiteral {
  readonly kind: 'number';
  readonly offset: number;
  readonly reportedAt: number;
  readonly literal: string;
  readonly number: NumberConstant;
}

export interface StringLiteral {
  readonly kind: 'string';
  readonly offset: number;
  readonly reportedAt: number;
  readonly literal: string;
  readonly text: string;
}

/** A number is every type that it fits in. */
export interface NumberConstant {
  readonly int?: bigint;
  readonly uint?: bigint;
  readonly float?: number;
  /** Where nothing says what type it should be of: written as a float. */
  readonly isFloat: boolean;
  readonly complex?: { readonly real: number; readonly imaginary: number };
}

/** Templates by name, of which the first is the text itself. */
export interface ParsedTemplate {
  /** The whole text, which all offsets are about. */
  readonly text: string;
  readonly name: string;
  readonly templates: ReadonlyMap<string, readonly Statement[]>;
}

/** Whatever an error can be about. */
export type Place = Action | Invocation | Pipeline | Command | Operand;

/** What stands there, as Go's error texts quote it. */
export function sourceOf(place: Place): string {
  switch (place.kind) {
    case 'action':
      return `{{${sourceOf(place.pipe)}}}`;
    case 'template':
      return `{{template ${quote(place.name)}${place.pipe === undefined ? '' : ` ${sourceOf(place.pipe)}`}}}`;
    case 'pipeline': {
      const variables = place.variables.length === 0 ? '' : `${place.variables.join(', ')} := `;
      return variables + place.commands.map(sourceOf).join(' | ');
    }
    case 'command':
      return place.operands
        .map((operand) => (operand.kind === 'pipeline' ? `(${sourceOf(operand)})` : sourceOf(operand)))
        .join(' ');
    case 'name':
      return place.name;
    case 'field':
      return dotted(place.fields);
    case 'variable':
      return place.name + dotted(place.fields);
    case 'chain':
      return (place.of.kind === 'pipeline' ? `(${sourceOf(place.of)})` : sourceOf(place.of)) + dotted(place.fields);
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'boolean':
      return String(place.value);
    case 'number':
    case 'string':
      return place.literal;
  }
}

function dotted(fields: readonly string[]): string {
  return fields.map((field) => `.${field}`).join('');
}
