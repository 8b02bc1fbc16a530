import { describe, expect, it } from 'vitest';
import { mirrorIn } from './debian.mjs';

describe('the mirror that apt uses', () => {
  it('is found among .sources, past other suites and commented lines', () => {
    const text = `Types: deb
# http://snapshot.example/archive
URIs: http://security.example/debian-security
Suites: bookworm-security
Components: main

Types: deb deb-src
URIs: http://mirror.example/debian http://other.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
`;
    expect(mirrorIn('/etc/apt/sources.list.d/debian.sources', text, 'bookworm')).toEqual({
      uri: 'http://mirror.example/debian',
      options: '[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]',
    });
  });

  it('is found in a .list, with its options', () => {
    const text = `# deb http://old.example/debian bookworm main
deb http://packages.example/apt cloud-bookworm main
deb [arch=amd64] http://mirror.example/debian bookworm main contrib
`;
    expect(mirrorIn('/etc/apt/sources.list', text, 'bookworm')).toEqual({
      uri: 'http://mirror.example/debian',
      options: '[arch=amd64]',
    });
  });

  it("is not somebody else's repository for the same release", () => {
    expect(
      mirrorIn('/x/docker.list', 'deb http://download.example/linux/debian bookworm stable\n', 'bookworm'),
    ).toBeUndefined();
  });
});
