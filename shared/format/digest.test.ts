import { describe, expect, it } from 'vitest';
import { shortDigest } from './digest.ts';

describe('shortDigest', () => {
  it('keeps twelve digits', () => {
    expect(shortDigest(`sha256:3f2a90bc1d2e${'0'.repeat(52)}`)).toBe('3f2a90bc1d2e');
  });

  it.each(['', 'latest', 'app:1', 'sha256:short'])('leaves %j as it is', (text) => {
    expect(shortDigest(text)).toBe(text);
  });
});
