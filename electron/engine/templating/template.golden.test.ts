import { describe, expect, it } from 'vitest';
import { type GoldenCase, outcome, readGolden } from './test-template.ts';

/** What Go printed, less what ACR takes out of it. */
function expected({ out, err }: GoldenCase): { out: string } | { err: string | undefined } {
  return out === undefined ? { err } : { out: out.replaceAll('<no value>', '') };
}

/** Cases of the file that were recorded otherwise than templates run here. */
const differing = new Map<string, { out: string } | { err: string }>([
  // Recorded without `missingkey=zero`, with which ACR runs templates (spec: templating 6, T5).
  [
    '{{ .Nope.Deep }}',
    { err: 'template: t:1:8: executing "t" at <.Nope.Deep>: nil pointer evaluating interface {}.Deep' },
  ],
  // Reads the host, so it gives an empty text here.
  ['{{ env "HOME" | len | lt 0 }}', { out: 'false' }],
]);

describe('what Go prints, templates print here', () => {
  const golden = readGolden('go-template');

  it.each(golden.cases)('$t', (goldenCase) => {
    expect(outcome(goldenCase.t, golden.data)).toEqual(differing.get(goldenCase.t) ?? expected(goldenCase));
  });

  it('has a case for each that differs', () => {
    expect(golden.cases.map(({ t }) => t)).toEqual(expect.arrayContaining([...differing.keys()]));
  });
});

// Thousands of cases: one test a file, which names those that are wrong.
describe.each(['sprig', 'sprig-keys', 'go-printf', 'go-syntax'])('what was recorded in %s', (name) => {
  it('comes out here too', () => {
    const { data, cases } = readGolden(name);
    const actual = cases.map(({ t }) => ({ t, ...outcome(t, data) }));
    expect(actual).toEqual(cases.map((goldenCase) => ({ t: goldenCase.t, ...expected(goldenCase) })));
  });
});
