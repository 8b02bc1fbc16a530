import { describe, expect, it } from 'vitest';
import { isOurPage } from './sender.ts';

const pageUrl = 'slipway-app://window/index.html';

describe('isOurPage', () => {
  it.each(['slipway-app://window/index.html', 'slipway-app://window/runs/ca1?step=build#top'])(
    'trusts our main frame at %s',
    (url) => {
      expect(isOurPage({ url, parent: null }, pageUrl)).toBe(true);
    },
  );

  it.each([
    ['another site', { url: 'https://example.com/', parent: null }],
    ['another host of our scheme', { url: 'slipway-app://elsewhere/index.html', parent: null }],
    ['our host in another scheme', { url: 'http://window/index.html', parent: null }],
    ['a file', { url: 'file:///window/index.html', parent: null }],
    ['an empty page', { url: 'about:blank', parent: null }],
    ['no address', { url: '', parent: null }],
    ['a frame inside our page', { url: pageUrl, parent: {} }],
    ['a frame that is gone', null],
  ])('does not trust %s', (_, frame) => {
    expect(isOurPage(frame, pageUrl)).toBe(false);
  });
});
