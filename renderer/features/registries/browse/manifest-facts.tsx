import type { ReactNode } from 'react';
import { Panel } from '../../../components/index.ts';

/** One line of a list of facts. */
export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-xs text-ink-3">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}

/** A list of words, as a shell would have them; nothing for an empty one. */
export function Words({ name, words }: { readonly name: string; readonly words: readonly string[] }) {
  if (words.length === 0) return null;
  return (
    <Fact name={name}>
      <code className="text-code break-words">{words.map(quoted).join(' ')}</code>
    </Fact>
  );
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word);
}

/** Names and values that an author wrote: text, and nothing but text. */
export function Pairs({ pairs }: { readonly pairs: readonly { readonly name: string; readonly value: string }[] }) {
  return (
    <Panel>
      <dl className="grid grid-cols-[minmax(8rem,max-content)_minmax(0,1fr)] gap-x-6 gap-y-1 px-3 py-2">
        {pairs.map(({ name, value }, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- a name may stand there twice, and nothing is moved
          <div key={`${index} ${name}`} className="contents">
            <dt className="max-w-64 font-mono text-code break-all text-ink-2">{name}</dt>
            <dd className="min-w-0 font-mono text-code break-all">{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
