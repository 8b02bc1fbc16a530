import type { Command, Operand, Pipeline, Statement } from './syntax-tree.ts';

/**
 * The operands and commands of which the template itself says what holds when there is no value. A name that nobody defined is no
 * finding there. What counts:
 *
 * - what `if` and `with` test, and what a `range` with an `{{else}}` goes through: the value itself, or what `not`, `and`
 *   and `or` make it of. Not what is compared: in `if eq .Values.env "prod"` a misspelt name would go unnoticed;
 * - arguments of `empty`, `not`, `coalesce` and `hasKey`, of `default` all but the fallback, of `ternary` the condition;
 * - elsewhere the operands of `or` but the last, which is its result when nothing else is;
 * - a value that is piped into such a place.
 */
export function findHandled(templates: Iterable<readonly Statement[]>): ReadonlySet<Operand | Command> {
  const handled = new Set<Operand | Command>();
  for (const statements of templates) visitStatements(statements, handled);
  return handled;
}

type Handled = Set<Operand | Command>;

function visitStatements(statements: readonly Statement[], handled: Handled): void {
  for (const statement of statements) {
    switch (statement.kind) {
      case 'action':
        visitPipeline(statement.pipe, false, handled);
        break;
      case 'template':
        if (statement.pipe !== undefined) visitPipeline(statement.pipe, false, handled);
        break;
      case 'if':
      case 'with':
      case 'range':
        visitPipeline(statement.pipe, statement.kind !== 'range' || statement.otherwise !== undefined, handled);
        visitStatements(statement.body, handled);
        visitStatements(statement.otherwise ?? [], handled);
        break;
      case 'text':
      case 'break':
      case 'continue':
        break;
    }
  }
}

/** `tested`: absence of the pipeline's value is handled. */
function visitPipeline({ commands }: Pipeline, tested: boolean, handled: Handled): void {
  let resultTested = tested;
  for (const [index, command] of [...commands.entries()].toReversed()) {
    const [first, ...others] = command.operands;
    const explicit = others.length;
    const total = explicit + (index > 0 ? 1 : 0);
    const name = first.kind === 'name' ? first.name : undefined;
    if (resultTested) handled.add(command);
    visitOperand(first, resultTested, handled);
    for (const [position, operand] of others.entries()) {
      visitOperand(operand, isHandled(name, position, total, resultTested), handled);
    }
    // What comes through the pipe is the last argument.
    resultTested = isHandled(name, explicit, total, resultTested);
  }
}

function visitOperand(operand: Operand, tested: boolean, handled: Handled): void {
  if (tested) handled.add(operand);
  if (operand.kind === 'pipeline') visitPipeline(operand, tested, handled);
  else if (operand.kind === 'chain') visitOperand(operand.of, false, handled);
}

function isHandled(name: string | undefined, position: number, total: number, resultTested: boolean): boolean {
  switch (name) {
    case 'empty':
    case 'not':
    case 'coalesce':
    case 'hasKey':
      return true;
    case 'default':
      return position > 0;
    case 'ternary':
      return position === 2;
    case 'and':
      return resultTested;
    case 'or':
      return resultTested || position < total - 1;
    default:
      return false;
  }
}
