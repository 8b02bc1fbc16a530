import type { Findings } from '../findings.ts';
import type { TextMap } from '../text-map.ts';
import type { YamlProblem } from './parse-yaml.ts';

/** Tells what is wrong with the form of a text. @returns whether anything is */
export function reportProblems(problems: readonly YamlProblem[], map: TextMap, findings: Findings): boolean {
  for (const { code, message, start, end } of problems) {
    const params: Record<string, string> = code === 'yaml.tooDeep' ? { limit: message } : { message };
    findings.add(code, map, { start, end }, { params });
  }
  return problems.length > 0;
}
