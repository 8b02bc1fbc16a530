import { expect, test } from 'vitest';
import type { OutputImage } from '@shared/model/run.ts';
import { imageName } from './output-commands.ts';
import { outputGroups } from './output-groups.ts';

const named = (tag: string, rest: Partial<OutputImage> = {}): OutputImage => ({
  registry: 'registry.example.com',
  repository: 'quay',
  tag,
  pushed: true,
  ...rest,
});
const one = { digest: 'sha256:1' };
const other = { digest: 'sha256:2' };

test.each<[what: string, images: readonly OutputImage[], tags: readonly (readonly string[])[]]>([
  ['tags of one image', [named('1', one), named('2', one), named('3', one)], [['1', '2', '3']]],
  ['tags of two', [named('1', one), named('2', other), named('3', one)], [['1', '3'], ['2']]],
  ['known by the engine’s id alone', [named('1', { imageId: 'a' }), named('2', { imageId: 'a' })], [['1', '2']]],
  ['known by nothing', [named('1'), named('2')], [['1'], ['2']]],
  ['pushed and not', [named('1', one), named('2', { ...one, pushed: false })], [['1'], ['2']]],
  ['of two platforms', [named('1', { ...one, platform: 'linux/arm64' }), named('2', one)], [['1'], ['2']]],
  ['none', [], []],
])('%s', (_, images, tags) => {
  const groups = outputGroups(images).map(({ image, others }) => [image, ...others].map(({ tag }) => tag));
  expect(groups).toEqual(tags);
});

test('another registry is another name of the same image', () => {
  const [group] = outputGroups([named('1', one), named('1', { ...one, registry: 'docker.io' })]);
  expect(group?.others.map(imageName)).toEqual(['quay:1']);
});
