import { describe, expect, it } from 'vitest';
import { splitForMiddle } from './middle-truncate.tsx';

describe('splitForMiddle', () => {
  it('keeps the end of a long name whole', () => {
    expect(splitForMiddle('registry.example.com/team/app:ca41', 8)).toEqual(['registry.example.com/team/', 'app:ca41']);
  });

  it('never keeps more than half at the end', () => {
    expect(splitForMiddle('abcdefghijkl', 20)).toEqual(['abcdef', 'ghijkl']);
  });

  it('leaves a short one alone', () => {
    expect(splitForMiddle('app:ca4', 14)).toEqual(['app:ca4', '']);
  });

  it('breaks no Hangul of macOS and no emoji', () => {
    const decomposed = '가나다라마바사아자차카타'.normalize('NFD');
    expect(splitForMiddle(decomposed, 3)).toEqual(['가나다라마바사아자', '차카타']);
    expect(splitForMiddle('a-long-name-👨‍👩‍👧', 1)).toEqual(['a-long-name-', '👨‍👩‍👧']);
  });
});
