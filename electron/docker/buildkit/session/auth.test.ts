import { expect, it } from 'vitest';
import { credentialHost } from './auth.ts';

it.each([
  ['docker.io', 'docker.io'],
  ['registry-1.docker.io', 'docker.io'],
  ['index.docker.io', 'docker.io'],
  ['https://index.docker.io/v1/', 'docker.io'],
  ['https://registry-1.docker.io', 'docker.io'],
  ['127.0.0.1:5000', '127.0.0.1:5000'],
  ['http://localhost:5000/v2/', 'localhost:5000'],
  ['Example.AzureCR.io', 'example.azurecr.io'],
  // Not Docker Hub, though it looks like it.
  ['docker.io.example.com', 'docker.io.example.com'],
  ['registry-1.docker.io:444', 'registry-1.docker.io:444'],
])('the credential for %s is that of %s', (asked, host) => {
  expect(credentialHost(asked)).toBe(host);
});
