import type { TemplateMap, TemplateValue } from '../../templating/template.ts';
import { resolveScalar } from './go-scalar.ts';
import type { YamlNode } from './yaml-tree.ts';

/** A document that expands without end, or into itself. */
export class ExpandsTooFar extends Error {}

/** Values of a file with all their aliases; an honest file has some hundreds. */
const valuesAtMost = 100_000;
const depthAtMost = 200;

/**
 * The values of a values file as templates see them: Go's types, the names of nested maps as text (spec: templating 3).
 * @returns undefined when the file is no map
 * @throws ExpandsTooFar
 */
export function templateValues(root: YamlNode | undefined): TemplateMap | undefined {
  if (root === undefined) return new Map();
  let count = 0;

  function read(node: YamlNode, depth: number): TemplateValue {
    count += 1;
    if (count > valuesAtMost || depth > depthAtMost) throw new ExpandsTooFar();
    switch (node.kind) {
      case 'alias':
        return node.target === undefined ? null : read(node.target, depth + 1);
      case 'list':
        return node.items.map((item) => read(item, depth + 1));
      case 'map': {
        const map = new Map<string, TemplateValue>();
        fill(node, map, depth);
        return map;
      }
      case 'scalar': {
        const scalar = resolveScalar(node);
        switch (scalar.type) {
          case 'null':
            return null;
          case 'misfit':
            return node.text;
          default:
            return scalar.value;
        }
      }
    }
  }

  function fill(node: YamlNode, map: Map<string, TemplateValue>, depth: number): void {
    count += 1;
    if (count > valuesAtMost || depth > depthAtMost) throw new ExpandsTooFar();
    const real = node.kind === 'alias' ? node.target : node;
    if (real?.kind === 'alias') return fill(real, map, depth + 1);
    if (real?.kind === 'list') {
      for (const item of [...real.items].reverse()) fill(item, map, depth + 1);
      return;
    }
    if (real?.kind !== 'map') return;
    for (const { key, value } of real.entries) {
      const name = nameOf(key);
      if (name === undefined) continue;
      if (name === '<<' && key.kind === 'scalar' && key.style === 'plain') fill(value, map, depth + 1);
      else map.set(name, read(value, depth + 1));
    }
  }

  const value = read(root, 0);
  if (value === null) return new Map();
  return value instanceof Map ? value : undefined;
}

/** What is written: `yes`, `1`. Lists and maps are no names. */
function nameOf(key: YamlNode): string | undefined {
  const real = key.kind === 'alias' ? key.target : key;
  return real?.kind === 'scalar' ? real.text : undefined;
}
