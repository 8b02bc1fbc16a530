import { expect, it } from 'vitest';
import type { ProgressLine } from './json-stream.ts';
import { LayerLedger } from './layer-ledger.ts';

const layer = (id: string, status: string, current?: number, total?: number): ProgressLine => ({
  id,
  status,
  ...(current === undefined ? {} : { progressDetail: { current, ...(total === undefined ? {} : { total }) } }),
});

function taken(lines: readonly ProgressLine[]) {
  const layers = new LayerLedger();
  return lines.map((line) => [layers.take(line), layers.progress()] as const);
}

it('adds up a push', () => {
  expect(
    taken([
      layer('a', 'Preparing'),
      layer('b', 'Layer already exists'),
      layer('a', 'Pushing', 10, 100),
      layer('a', 'Pushing', 120, 100),
      layer('a', 'Pushed'),
      { status: 'done' },
    ]),
  ).toEqual([
    ['a: Preparing', { current: 0, total: 0, existing: 0 }],
    ['b: Layer already exists', { current: 0, total: 0, existing: 1 }],
    ['a: Pushing', { current: 10, total: 100, existing: 1 }],
    [undefined, { current: 120, total: 120, existing: 1 }],
    ['a: Pushed', { current: 120, total: 120, existing: 1 }],
    ['done', { current: 120, total: 120, existing: 1 }],
  ]);
});

it.each([
  ['bytes', 50, 100],
  ['seconds', 1, undefined],
])('adds up a pull, where %s of unpacking set nothing back', (_, current, total) => {
  expect(
    taken([
      layer('1', 'Pulling from base/app'),
      layer('a', 'Pulling fs layer'),
      layer('a', 'Downloading', 40, 100),
      layer('a', 'Download complete'),
      layer('a', 'Extracting', current, total),
      layer('a', 'Pull complete'),
    ]).map(([, progress]) => [progress.current, progress.total]),
  ).toEqual([
    [0, 0],
    [0, 0],
    [40, 100],
    [100, 100],
    [100, 100],
    [100, 100],
  ]);
});

it('tells each time that a layer is tried again, and not each second until then', () => {
  const told = taken([
    layer('a', 'Pushing', 10, 100),
    layer('a', 'Retrying in 2 seconds'),
    layer('a', 'Retrying in 1 second'),
    layer('a', 'Pushing', 20, 100),
    layer('a', 'Retrying in 3 seconds'),
    layer('a', 'Retrying in 2 seconds'),
    layer('a', 'Retrying in 1 second'),
    layer('a', 'Retrying in 4 seconds'),
    layer('a', 'Pushed'),
  ]).map(([line, { retrying = false }]) => [line, retrying]);
  expect(told).toEqual([
    ['a: Pushing', false],
    ['a: Retrying in 2 seconds', true],
    [undefined, true],
    ['a: Pushing', true],
    ['a: Retrying in 3 seconds', true],
    [undefined, true],
    [undefined, true],
    ['a: Retrying in 4 seconds', true],
    ['a: Pushed', false],
  ]);
});
