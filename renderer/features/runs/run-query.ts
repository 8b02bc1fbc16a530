import type { InputFor } from '../../api/client.ts';
import type { RunStatus } from '@shared/model/run.ts';

/** What the query box of the Runs screen asks for, without the paging. */
export type RunQuery = Pick<InputFor<'runs', 'list'>, 'text' | 'statuses' | 'image' | 'since'>;

/** A word of the query that the parser doesn't understand. */
export interface QueryProblem {
  readonly kind: 'status' | 'since';
  readonly word: string;
}

export interface ParsedQuery {
  readonly query: RunQuery;
  readonly problems: readonly QueryProblem[];
}

const statusWords: Readonly<Record<string, readonly RunStatus[]>> = {
  queued: ['Queued'],
  running: ['Started', 'Running'],
  succeeded: ['Succeeded'],
  failed: ['Failed'],
  canceled: ['Canceled'],
  cancelled: ['Canceled'],
  error: ['Error'],
  timeout: ['Timeout'],
  active: ['Queued', 'Started', 'Running'],
};

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/**
 * Reads `status:failed,timeout image:app since:7d some text`. Several statuses add up; of `image:` and `since:` the last
 * counts; a value with spaces stands in double quotes. `since:` takes `30m`, `12h`, `7d`, `2w`, or a day (`2026-11-20`, local).
 * @param now ms since 1970; kept to the minute, so that the same query stays the same question
 */
export function parseRunQuery(text: string, now: number): ParsedQuery {
  const statuses = new Set<RunStatus>();
  const problems: QueryProblem[] = [];
  const words: string[] = [];
  let image: string | undefined;
  let since: string | undefined;
  for (const [key, value] of tokens(text.normalize('NFC'))) {
    switch (key) {
      case 'status':
        for (const word of value.split(',').filter((part) => part !== '')) {
          const known = statusWords[word.toLowerCase()];
          if (known === undefined) problems.push({ kind: 'status', word });
          else for (const status of known) statuses.add(status);
        }
        break;
      case 'image':
        if (value !== '') image = value;
        break;
      case 'since': {
        if (value === '') break;
        const moment = parseSince(value, now);
        if (moment === undefined) problems.push({ kind: 'since', word: value });
        else since = new Date(moment).toISOString();
        break;
      }
      case undefined:
        words.push(value);
    }
  }
  return {
    query: {
      ...(words.length === 0 ? {} : { text: words.join(' ') }),
      ...(statuses.size === 0 ? {} : { statuses: [...statuses] }),
      ...(image === undefined ? {} : { image }),
      ...(since === undefined ? {} : { since }),
    },
    problems,
  };
}

type Key = 'status' | 'image' | 'since' | undefined;

function* tokens(text: string): Generator<readonly [Key, string]> {
  for (const match of text.matchAll(
    /(?:status|image|since):(?=\s|$)|(?:(status|image|since):)?(?:"([^"]*)"?|(\S+))/gi,
  )) {
    const [whole, key, quoted, word] = match;
    const value = quoted ?? word;
    if (value === undefined) yield [asKey(whole.slice(0, -1)), ''];
    else yield [asKey(key), value];
  }
}

function asKey(key: string | undefined): Key {
  const lower = key?.toLowerCase();
  return lower === 'status' || lower === 'image' || lower === 'since' ? lower : undefined;
}

function parseSince(value: string, now: number): number | undefined {
  const ago = /^(\d{1,4})([mhdw])$/i.exec(value);
  if (ago !== null) {
    const unit = unitMs[(ago[2] ?? '').toLowerCase()] ?? 0;
    return Math.floor((now - Number(ago[1]) * unit) / 60_000) * 60_000;
  }
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return undefined;
  const day = new Date(`${value}T00:00:00`).getTime();
  return Number.isNaN(day) ? undefined : day;
}

/** Chips of the screen: a state each, on when the query has exactly it among its statuses. */
export const statusChips = ['running', 'queued', 'succeeded', 'failed', 'canceled'] as const;
export type StatusChip = (typeof statusChips)[number];

/** The states that the query asks for by name. */
export function chosenStatuses(text: string): ReadonlySet<string> {
  const chosen = new Set<string>();
  for (const [key, value] of tokens(text)) {
    if (key === 'status') for (const word of value.toLowerCase().split(',')) chosen.add(word);
  }
  return chosen;
}

/** Puts a state into the query, or takes it out; the rest of what was typed stays. */
export function toggleStatus(text: string, status: StatusChip): string {
  const chosen = new Set(chosenStatuses(text));
  if (!chosen.delete(status)) chosen.add(status);
  chosen.delete('');
  const rest = text.replace(/(^|\s)status:(?:"[^"]*"?|\S*)/gi, ' ').trim();
  const word = chosen.size === 0 ? '' : `status:${[...chosen].join(',')}`;
  return [word, rest].filter((part) => part !== '').join(' ');
}
