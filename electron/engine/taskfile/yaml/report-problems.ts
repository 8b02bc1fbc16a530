import type { Findings } from '../findings.ts';
import type { TextMap } from '../text-map.ts';
import { type YamlProblem, yamlLimits } from './parse-yaml.ts';

/** Tells what is wrong with the form of a text. @returns whether anything is */
export function reportProblems(problems: readonly YamlProblem[], map: TextMap, findings: Findings): boolean {
  for (const { code, message, start, end } of problems) {
    findings.add(code, map, { start, end }, { params: paramsOf(code, message) });
  }
  return problems.length > 0;
}

function paramsOf(code: YamlProblem['code'], message: string): Readonly<Record<string, string>> {
  switch (code) {
    case 'file.tooMuchWork':
      return {};
    case 'yaml.tooDeep':
      return { limit: String(yamlLimits.depth) };
    default:
      return { message };
  }
}
