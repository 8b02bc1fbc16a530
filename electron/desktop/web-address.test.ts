import { describe, expect, it } from 'vitest';
import { isWebAddress } from './web-address.ts';

describe('isWebAddress', () => {
  it.each(['https://docs.docker.com/engine/install/', 'http://127.0.0.1:5000/v2/', 'HTTPS://EXAMPLE.COM'])(
    'accepts %s',
    (url) => {
      expect(isWebAddress(url)).toBe(true);
    },
  );

  it.each([
    'file:///etc/passwd',
    'smb://server/share',
    'javascript:alert(1)',
    'data:text/html,<script>',
    'slipway://run/ca1',
    'slipway-app://window/index.html',
    'ms-msdt:/id',
    'vbscript:x',
    'mailto:a@example.com',
    'https://name:password@example.com/',
    'https://name@example.com/',
    '//example.com',
    '\\\\server\\share',
    'example.com',
    '',
  ])('refuses %j', (url) => {
    expect(isWebAddress(url)).toBe(false);
  });
});
