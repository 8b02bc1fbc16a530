import { taskProperties, type TaskObject, type TaskProperty } from '@shared/model/task-properties.ts';
import type { FindingDetails, TaskFindingCode } from '../findings.ts';
import { excerpt } from '../checking.ts';
import { lineAt, lineStartsOf, type Stretch } from '../text-map.ts';
import { type FieldValue, type Fields, type Given, type GivenText, ReadFields } from './fields.ts';
import { resolveScalar } from './go-scalar.ts';
import { reportUnknownKey } from './unknown-key.ts';
import type { YamlAlias, YamlEntry, YamlMap, YamlNode, YamlScalar } from './yaml-tree.ts';

/** Takes what doesn't fit. Stretches are of the parsed text. */
export type Report = (code: TaskFindingCode, stretch: Stretch, details?: FindingDetails) => void;

/** Nodes that are looked at because an alias leads to them; what needs more expands without end. */
const aliasedNodesAtMost = 20_000;
/** Aliases that lead to aliases. */
const aliasDepthAtMost = 100;
const unknownKeysLookedInto = 200;
/** Seconds, and counts of attempts: timers go no further, and no run lasts that long. */
const largest = 2_000_000;

/**
 * Reads a map of a task file by its properties, as gopkg.in/yaml.v2 reads it into ACR's own types (spec: task-yaml 1): the last
 * of a name wins, numbers and booleans are text where text is wanted, `<<` is put in where it stands. What doesn't fit is
 * reported and left out; everything else is read on.
 * @param text what was parsed; ACR's words name its lines
 */
export function decodeObject(
  root: YamlNode | undefined,
  object: TaskObject,
  text: string,
  report: Report,
): Fields | undefined {
  return root === undefined ? undefined : new Decoder(text, report, false).object(root, object);
}

/** Reads the alias block, which `decodeObject` passes by: ACR cuts it out, or doesn't know it (spec: templating 5). */
export function decodeAliasBlock(root: YamlNode | undefined, text: string, report: Report): Fields | undefined {
  return root === undefined ? undefined : new Decoder(text, report, true).object(root, 'task')?.child('alias');
}

type RealNode = Exclude<YamlNode, YamlAlias>;

class Decoder {
  readonly #lineStarts: readonly number[];
  readonly #report: Report;
  readonly #aliasBlock: boolean;
  readonly #entered = new Set<YamlNode>();
  #unknownKeys = 0;
  #aliasDepth = 0;
  #aliasedNodes = 0;

  constructor(text: string, report: Report, aliasBlock: boolean) {
    this.#lineStarts = lineStartsOf(text);
    this.#report = report;
    this.#aliasBlock = aliasBlock;
  }

  /** @param before what the same property gave above: Go writes into it */
  object(node: YamlNode, object: TaskObject, before?: ReadFields): ReadFields | undefined {
    return this.#follow(node, (real) => {
      if (isNull(real)) return undefined;
      if (real.kind !== 'map') {
        this.#misfit(real, 'yaml.wantsMap', goNames[object]);
        return undefined;
      }
      const fields = before ?? new ReadFields(object, real);
      this.#fill(real, fields);
      return fields;
    });
  }

  #fill(map: YamlMap, fields: ReadFields): void {
    const own = new Map<string, Stretch>();
    for (const entry of map.entries) {
      if (isMergeKey(entry.key)) {
        this.#merge(entry.value, fields);
        continue;
      }
      const key = this.#key(entry.key);
      if (key === undefined) continue;
      const before = own.get(key);
      own.set(key, entry.key);
      if (before !== undefined && !addsUp(fields.object, key)) this.#duplicate(key, entry.key, before);
      this.#put(key, entry, fields);
    }
  }

  /** Go decodes a merged map where it stands: it goes before what was written above it. */
  #merge(value: YamlNode, fields: ReadFields): void {
    const maps = value.kind === 'list' ? [...value.items].reverse() : [value];
    for (const map of maps) {
      const entered = this.#follow(map, (real) => {
        if (real.kind !== 'map') return false;
        this.#fill(real, fields);
        return true;
      });
      if (entered === false)
        this.#report('yaml.merge', value, { acr: 'map merge requires map or sequence of maps as the value' });
    }
  }

  #duplicate(key: string, at: Stretch, before: Stretch): void {
    this.#report('yaml.duplicateKey', at, { params: { key: excerpt(key) }, lineOf: before });
  }

  #key(node: YamlNode): string | undefined {
    return this.#follow(node, (real) => {
      if (real.kind === 'scalar') return this.#textOf(real);
      this.#misfit(real, 'yaml.wantsText', 'string');
      return undefined;
    });
  }

  #put(key: string, { key: keyNode, value }: YamlEntry, fields: ReadFields): void {
    const property = taskProperties[fields.object].find(
      ({ name, alsoWritten }) => name === key || alsoWritten?.includes(key),
    );
    if (property === undefined) {
      this.#unknownKeys += 1;
      // Looking for what was meant takes its time.
      const look = this.#unknownKeys <= unknownKeysLookedInto;
      if (!this.#aliasBlock) reportUnknownKey(key, keyNode, fields.object, look, this.#report);
      return;
    }
    const { name } = property;
    if (name !== key) this.#report('task.otherSpelling', keyNode, { params: { key, name }, suggestion: name });
    fields.keys.set(name, keyNode);
    if (fields.object === 'task' && (name === 'alias') !== this.#aliasBlock) return;
    const read = this.#follow(value, (real) => this.#value(real, property, fields.values.get(name)));
    switch (read) {
      case 'null':
        fields.values.delete(name);
        fields.misfits.delete(name);
        break;
      case 'misfit':
      case undefined:
        fields.misfits.add(name);
        break;
      default:
        fields.values.set(name, read);
        fields.misfits.delete(name);
    }
  }

  #value(node: RealNode, { type }: TaskProperty, before: FieldValue | undefined): FieldValue | 'null' | 'misfit' {
    if (isNull(node)) return 'null';
    if (typeof type === 'object') {
      if ('list' in type) {
        const list = this.#list(node, `[]*${goNames[type.list]}`, (item) => this.#entry(item, type.list));
        return list === undefined ? 'misfit' : { kind: 'objects', given: list };
      }
      const given = this.object(node, type.object, before?.kind === 'object' ? before.given : undefined);
      return given === undefined ? 'misfit' : { kind: 'object', given };
    }
    switch (type) {
      case 'text': {
        const given = this.#scalarText(node);
        return given === undefined ? 'misfit' : { kind: 'text', given };
      }
      case 'integer': {
        const value = this.#integer(node);
        return value === undefined ? 'misfit' : { kind: 'integer', given: { value, at: node } };
      }
      case 'boolean': {
        const resolved = node.kind === 'scalar' ? resolveScalar(node) : undefined;
        if (resolved?.type === 'bool') return { kind: 'boolean', given: { value: resolved.value, at: node } };
        this.#misfit(node, 'yaml.wantsBoolean', 'bool');
        return 'misfit';
      }
      case 'texts': {
        const list = this.#list(node, '[]string', (item) => this.#scalarText(item));
        return list === undefined ? 'misfit' : { kind: 'texts', given: list };
      }
      case 'integers': {
        // They have no effect, so that their values are of no matter either.
        const list = this.#list(node, '[]int', (item) => this.#integer(item));
        return list === undefined ? 'misfit' : 'null';
      }
      case 'textMap': {
        const given = this.#textMap(node, before?.kind === 'textMap' ? before.given.value : new Map());
        return given === undefined ? 'misfit' : { kind: 'textMap', given };
      }
    }
  }

  #entry(node: RealNode, object: TaskObject): Fields | undefined {
    if (!isNull(node)) return this.object(node, object);
    this.#report('yaml.emptyEntry', node);
    return undefined;
  }

  #list<T>(node: RealNode, goType: string, read: (item: RealNode) => T | undefined): Given<readonly T[]> | undefined {
    if (node.kind !== 'list') {
      this.#misfit(node, 'yaml.wantsList', goType);
      return undefined;
    }
    const value: T[] = [];
    for (const item of node.items) {
      const entry = this.#follow(item, read);
      if (entry !== undefined) value.push(entry);
    }
    return { value, at: node };
  }

  /** Go writes into the map that is there: of one that is given twice, both count. */
  #textMap(node: RealNode, before: ReadonlyMap<string, GivenText>): Given<ReadonlyMap<string, GivenText>> | undefined {
    if (node.kind !== 'map') {
      this.#misfit(node, 'yaml.wantsMap', 'map[string]string');
      return undefined;
    }
    const value = new Map(before);
    this.#fillTextMap(node, value);
    return { value, at: node };
  }

  #fillTextMap(map: YamlMap, value: Map<string, GivenText>): void {
    const own = new Map<string, Stretch>();
    for (const entry of map.entries) {
      if (isMergeKey(entry.key)) {
        this.#follow(entry.value, (real) => (real.kind === 'map' ? this.#fillTextMap(real, value) : undefined));
        continue;
      }
      const key = this.#key(entry.key);
      if (key === undefined) continue;
      const before = own.get(key);
      own.set(key, entry.key);
      if (before !== undefined) this.#duplicate(key, entry.key, before);
      const given = this.#follow(entry.value, (real) => this.#scalarText(real));
      if (given !== undefined) value.set(key, given);
    }
  }

  #scalarText(node: RealNode): GivenText | undefined {
    if (node.kind !== 'scalar') {
      this.#misfit(node, 'yaml.wantsText', 'string');
      return undefined;
    }
    const value = this.#textOf(node);
    return value === undefined ? undefined : { value, at: node, scalar: node };
  }

  /** The text itself, whatever type it has; nothing for null. */
  #textOf(node: YamlScalar): string | undefined {
    const resolved = resolveScalar(node);
    switch (resolved.type) {
      case 'null':
        return '';
      case 'str':
        return resolved.value;
      case 'misfit':
        this.#tagMisfit(node, resolved);
        return undefined;
      default:
        return node.text;
    }
  }

  #integer(node: RealNode): number | undefined {
    const resolved = node.kind === 'scalar' ? resolveScalar(node) : undefined;
    if (resolved?.type === 'int' && resolved.value < 2n ** 63n) return within(Number(resolved.value));
    // Go cuts off what is behind the point.
    if (resolved?.type === 'float' && resolved.value < 2 ** 63) return within(Math.trunc(resolved.value));
    this.#misfit(node, 'yaml.wantsInteger', 'int');
    return undefined;
  }

  #misfit(node: RealNode, code: TaskFindingCode, goType: string): void {
    const resolved = node.kind === 'scalar' ? resolveScalar(node) : undefined;
    if (node.kind === 'scalar' && resolved?.type === 'misfit') return this.#tagMisfit(node, resolved);
    const tag = node.tag === '' ? goTag(node, resolved?.type) : node.tag;
    const acr = `line ${lineAt(this.#lineStarts, node.start)}: cannot unmarshal ${tag}${shownText(node)} into ${goType}`;
    this.#report(code, node, { acr });
  }

  #tagMisfit(node: YamlScalar, { found, wanted }: { readonly found: string; readonly wanted: string }): void {
    this.#report('yaml.tag', node, {
      params: { text: excerpt(node.text), tag: `!!${wanted}` },
      acr: `cannot decode !!${found} \`${excerpt(node.text)}\` as a !!${wanted}`,
    });
  }

  /** Leads an alias to its target; undefined, and reported, when that leads nowhere or around in a circle. */
  #follow<T>(node: YamlNode, read: (real: RealNode) => T): T | undefined {
    if (this.#aliasDepth > 0) this.#aliasedNodes += 1;
    if (this.#aliasedNodes > aliasedNodesAtMost) {
      if (this.#aliasedNodes === aliasedNodesAtMost + 1)
        this.#report('yaml.manyAliases', node, { acr: 'document contains excessive aliasing' });
      return undefined;
    }
    if (node.kind !== 'alias') return read(node);
    const { name, target } = node;
    if (target === undefined) {
      this.#report('yaml.unknownAnchor', node, {
        params: { name: excerpt(name) },
        acr: `unknown anchor '${name}' referenced`,
      });
      return undefined;
    }
    if (this.#aliasDepth >= aliasDepthAtMost) {
      this.#report('yaml.manyAliases', node, { acr: 'document contains excessive aliasing' });
      return undefined;
    }
    if (this.#entered.has(node)) {
      this.#report('yaml.recursiveAnchor', node, {
        params: { name: excerpt(name) },
        acr: `anchor '${name}' value contains itself`,
      });
      return undefined;
    }
    this.#entered.add(node);
    this.#aliasDepth += 1;
    const result = this.#follow(target, read);
    this.#aliasDepth -= 1;
    this.#entered.delete(node);
    return result;
  }
}

/** ACR's own types, as its error texts name them. */
const goNames: Readonly<Record<TaskObject, string>> = {
  task: 'graph.Task',
  alias: 'graph.Alias',
  secret: 'secretmgmt.Secret',
  network: 'graph.Network',
  volume: 'volume.Volume',
  step: 'graph.Step',
  mount: 'volume.Mount',
};

/** As Go's YAML tags what it finds. */
function goTag(node: RealNode, type: string | undefined): string {
  if (node.kind === 'map') return '!!map';
  if (node.kind === 'list') return '!!seq';
  return type === 'bool' || type === 'int' || type === 'float' || type === 'timestamp' ? `!!${type}` : '!!str';
}

/** A scalar as Go's error texts show it. */
function shownText(node: RealNode): string {
  if (node.kind !== 'scalar') return '';
  return Buffer.byteLength(node.text) > 10 ? ` \`${node.text.slice(0, 7)}...\`` : ` \`${node.text}\``;
}

/** Of a map that is given twice, both count. */
function addsUp(object: TaskObject, key: string): boolean {
  const type = taskProperties[object].find(({ name }) => name === key)?.type;
  return type === 'textMap' || (typeof type === 'object' && 'object' in type);
}

function isNull(node: YamlNode): boolean {
  return node.kind === 'scalar' && resolveScalar(node).type === 'null';
}

function isMergeKey(node: YamlNode): boolean {
  return (
    node.kind === 'scalar' &&
    node.text === '<<' &&
    (node.tag === '!!merge' || (node.tag === '' && node.style === 'plain'))
  );
}

function within(value: number): number {
  return Math.max(-largest, Math.min(largest, value));
}
