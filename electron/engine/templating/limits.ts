/** How much a template may do. Templates come from outside: each limit ends one way of using up the machine. */
export interface TemplateLimits {
  /** Length of the template itself, UTF-16 units. */
  readonly templateLength: number;
  /** Steps: nodes walked, arguments and list items looked at, characters that a regular expression reads. */
  readonly operations: number;
  /** Bytes that the template prints. */
  readonly outputBytes: number;
  /** Bytes of all values that the template builds on its way, whether still in use or not. */
  readonly valueBytes: number;
  /** Work on keys and certificates: an RSA key of 2048 bits is 1, which takes a tenth of a second or so. */
  readonly keys: number;
  /** Nesting: of blocks and parentheses in the text, of templates that call each other, of lists in lists. */
  readonly depth: number;
}

/** Far above what a task file needs, far below what a desk would notice. */
export const defaultLimits: TemplateLimits = {
  templateLength: 2_000_000,
  operations: 1_000_000,
  outputBytes: 4_000_000,
  valueBytes: 10_000_000,
  keys: 12,
  depth: 200,
};

/** A limit was reached. Only inside of the template engine: from there it comes out as a TemplateError. */
export class LimitReached extends Error {}

/** Counts what one rendering uses up. Every method throws LimitReached, before anything is built. */
export class Budget {
  readonly #limits: TemplateLimits;
  #operations = 0;
  #outputBytes = 0;
  #valueBytes = 0;
  #keys = 0;
  #depth = 0;

  constructor(limits: TemplateLimits) {
    this.#limits = limits;
  }

  /** Steps that are about to be done. */
  spend(operations: number): void {
    this.#operations += operations;
    if (!(this.#operations <= this.#limits.operations)) throw reached('steps', this.#limits.operations);
  }

  /** Bytes of a value that is about to be built. */
  allocate(bytes: number): void {
    this.#valueBytes += bytes;
    if (!(this.#valueBytes <= this.#limits.valueBytes)) throw reached('bytes of values', this.#limits.valueBytes);
  }

  /** Bytes that are about to be printed. */
  print(bytes: number): void {
    this.#outputBytes += bytes;
    if (!(this.#outputBytes <= this.#limits.outputBytes)) throw reached('bytes of output', this.#limits.outputBytes);
  }

  /** Keys that are about to be made, in units of `TemplateLimits.keys`. */
  makeKeys(units: number): void {
    this.#keys += units;
    if (!(this.#keys <= this.#limits.keys)) throw reached('units of work on keys', this.#limits.keys);
  }

  /** Goes one level down; `leave` goes up again. What fails in between needn't leave: the rendering is over. */
  enter(): void {
    this.#depth += 1;
    if (!(this.#depth <= this.#limits.depth)) throw reached('levels of nesting', this.#limits.depth);
  }

  leave(): void {
    this.#depth -= 1;
  }
}

function reached(what: string, limit: number): LimitReached {
  return new LimitReached(`the template needs more than ${limit} ${what}`);
}
