import { readFileSync } from 'node:fs';
import {
  type RenderedTemplate,
  renderTemplate,
  TemplateError,
  type TemplateMap,
  type TemplateValue,
} from './template.ts';

/** A moment for templates that ask for now. */
export const now = Date.UTC(2024, 2, 9, 8, 7, 6);

/** The data of most examples: the run of the spec's chapter 6. */
export const runData: TemplateMap = fromJson({
  Run: {
    ID: 'ca1',
    Registry: 'myreg.azurecr.io',
    RegistryName: 'myreg',
    Date: '20240309-080706z',
    Commit: '0a1b2c3',
    Branch: 'main',
    OS: 'linux',
    Architecture: 'amd64',
    GitTag: '',
  },
  Build: { ID: 'ca1' },
  Values: {},
});

/** The same with other values. */
export function withValues(values: object): TemplateMap {
  return new Map([...runData, ['Values', fromJson(values)]]);
}

/** JSON as the data of a template: whole numbers are int. */
export function fromJson(value: object): TemplateMap;
export function fromJson(value: unknown): TemplateValue;
export function fromJson(value: unknown): TemplateValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map((item: unknown) => fromJson(item));
  return new Map(Object.entries(value as object).map(([key, entry]) => [key, fromJson(entry as unknown)]));
}

export function render(template: string, data: TemplateMap = runData): RenderedTemplate {
  return renderTemplate(template, data, { name: 't', now });
}

/** What comes out, or what goes wrong. */
export function outcome(template: string, data: TemplateMap = runData): { out: string } | { err: string } {
  try {
    return { out: render(template, data).text };
  } catch (error) {
    if (error instanceof TemplateError) return { err: error.message };
    throw error;
  }
}

/** @throws what the template throws, as it is; or an error when it throws nothing */
export function failureOf(template: string, data: TemplateMap = runData): TemplateError {
  try {
    render(template, data);
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
  throw new Error(`${template} should have failed`);
}

/** What Go printed: `out`, or the text of its error. */
export interface GoldenCase {
  readonly t: string;
  readonly out?: string;
  readonly err?: string;
}

export function readGolden(name: string): { readonly data: TemplateMap; readonly cases: readonly GoldenCase[] } {
  const text = readFileSync(new URL(`./${name}.testdata.json`, import.meta.url), 'utf8');
  const { data, cases } = JSON.parse(text) as { data: object; cases: readonly GoldenCase[] };
  return { data: fromJson(data), cases };
}
