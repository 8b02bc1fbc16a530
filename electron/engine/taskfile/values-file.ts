import type { TemplateMap, TemplateValue } from '../templating/template.ts';
import type { Findings } from './findings.ts';
import { TextMap } from './text-map.ts';
import { parseYaml } from './yaml/parse-yaml.ts';
import { ExpandsTooFar, templateValues } from './yaml/template-values.ts';

/**
 * The values of a run: those of the file, and over them those that are set, which are texts (spec: templating 3). What is wrong
 * with the file has no place in the task's text: the parameters name it. Undefined when there is an error.
 */
export function readValues(
  file: { readonly name: string; readonly text: string } | undefined,
  set: ReadonlyMap<string, string>,
  lengthAtMost: number,
  author: TextMap,
  findings: Findings,
): TemplateMap | undefined {
  const values = new Map<string, TemplateValue>();
  if (file !== undefined) {
    const { name, text } = file;
    if (text.length > lengthAtMost) {
      const params = { file: name, limit: Math.round(lengthAtMost / 1024 / 1024) };
      findings.add('values.tooLarge', author, undefined, { params });
      return undefined;
    }
    const { root, problems } = parseYaml(text);
    for (const { message, start, end } of problems) {
      const range = TextMap.ofAuthor(text).rangeOf({ start, end });
      findings.add('values.syntax', author, undefined, {
        params: { file: name, line: range?.line ?? 1, column: range?.column ?? 1, message },
        acr: 'failed to deserialize values',
      });
    }
    if (problems.length > 0) return undefined;
    try {
      const read = templateValues(root);
      if (read === undefined) {
        findings.add('values.notMap', author, undefined, {
          params: { file: name },
          acr: 'failed to deserialize values',
        });
        return undefined;
      }
      for (const [key, value] of read) values.set(key, value);
    } catch (error) {
      if (!(error instanceof ExpandsTooFar)) throw error;
      findings.add('yaml.manyAliases', author, undefined, { acr: 'document contains excessive aliasing' });
      return undefined;
    }
  }
  for (const [key, value] of set) values.set(key, value);
  return values;
}
