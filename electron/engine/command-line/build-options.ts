import type { Attestation, CacheEntry } from '../ports.ts';
import { csvFields } from './csv.ts';

/**
 * Reads `--cache-from` and `--cache-to` as buildx does: `type=registry,ref=host/app:cache,mode=max`, or references alone, which mean a
 * registry. Of a name that stands twice the last counts.
 * @returns undefined when it is none
 */
export function parseCacheOption(text: string): readonly CacheEntry[] | undefined {
  const fields = csvFields(text);
  if (fields === undefined || fields.some((field) => field.trim() === '')) return undefined;
  if (fields.every((field) => !field.includes('=')))
    return fields.map((ref) => ({ type: 'registry', attributes: { ref: ref.trim() } }));
  const attributes = readAttributes(fields);
  if (attributes === undefined) return undefined;
  const { type, ...rest } = attributes;
  if (!type) return undefined;
  return type === 'registry' && !rest['ref'] ? undefined : [{ type, attributes: rest }];
}

/** `name=value` fields; names in small letters. Undefined when one has no value. */
function readAttributes(fields: readonly string[]): Readonly<Record<string, string>> | undefined {
  if (fields.some((field) => !field.includes('='))) return undefined;
  return Object.fromEntries(
    fields.map((field) => {
      const equals = field.indexOf('=');
      return [field.slice(0, equals).trim().toLowerCase(), field.slice(equals + 1)];
    }),
  );
}

/** The attestations that buildx can ask for. */
const attestationTypes = ['sbom', 'provenance'] as const;

/**
 * Reads `--attest` as buildx does: `type=provenance,mode=max`, `type=sbom,generator=IMAGE`; `disabled=true` takes one back that stands
 * before it, and of two of a type the last counts.
 * @returns undefined when one of them is none
 */
export function parseAttestations(texts: readonly string[]): readonly Attestation[] | undefined {
  const wanted = new Map<Attestation['type'], Attestation>();
  for (const text of texts) {
    const fields = csvFields(text);
    const attributes = fields === undefined ? undefined : readAttributes(fields);
    const type = attestationTypes.find((each) => each === attributes?.['type']);
    if (fields === undefined || attributes === undefined || type === undefined) return undefined;
    const { disabled = 'false', mode = 'min' } = attributes;
    if (disabled !== 'true' && disabled !== 'false') return undefined;
    if (type === 'provenance' && mode !== 'min' && mode !== 'max') return undefined;
    const options = fields.filter((field) => !/^\s*(?:type|disabled)=/i.test(field)).map(csvField);
    wanted.delete(type);
    if (disabled === 'false') wanted.set(type, { type, options: options.join(',') });
  }
  return [...wanted.values()];
}

/** `--sbom` and `--provenance` as `--attest` has them: `true`, `false`, or options. */
export function attestationOf(type: Attestation['type'], value: string): string {
  if (/^(?:1|t|true)$/i.test(value)) return `type=${type}`;
  return /^(?:0|f|false)$/i.test(value) ? `type=${type},disabled=true` : `type=${type},${value}`;
}

function csvField(text: string): string {
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
