import { beforeEach, describe, expect, it } from 'vitest';
import { hashHref, navigate } from './location.ts';
import { paths } from './paths.ts';

beforeEach(() => {
  navigate('/', { replace: true });
});

describe('navigate', () => {
  it.each(['/src/web', '/src/결제 서비스', '/src/50%25', '/src/a#b?c&d=e', 'C:\\src\\web'])(
    'carries the folder %s there and back',
    (folder) => {
      navigate(paths.build(folder));
      const query = window.location.hash.split('?')[1];
      expect(new URLSearchParams(query).get('context')).toBe(folder);
    },
  );

  it('adds no step to the history for the place where we are', () => {
    navigate('/runs');
    const before = window.history.length;
    navigate('/runs');
    expect(window.history.length).toBe(before);
  });

  it('writes links the way it reads them', () => {
    navigate(paths.run('ca4'));
    expect(window.location.hash).toBe(hashHref('/runs/ca4'));
  });
});
