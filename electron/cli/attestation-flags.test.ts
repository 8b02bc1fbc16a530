import { expect, it } from 'vitest';
import { withAttestationValues } from './attestation-flags.ts';

it.each([
  ['build --sbom .', 'build --sbom=true .'],
  ['build . --provenance', 'build . --provenance=true'],
  ['build --provenance mode=max ./a=b', 'build --provenance mode=max ./a=b'],
  ['build --provenance ./a=b', 'build --provenance=true ./a=b'],
  ['build --provenance=false --sbom false .', 'build --provenance=false --sbom false .'],
  ['build --sbom --provenance .', 'build --sbom=true --provenance=true .'],
])('%s means %s', (typed, meant) => {
  expect(withAttestationValues(typed.split(' ')).join(' ')).toBe(meant);
});
