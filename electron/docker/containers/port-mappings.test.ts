import { expect, it } from 'vitest';
import { publishedPorts } from './port-mappings.ts';

it('tells where a container is reached, both families of addresses at once', () => {
  const everywhere = ['0.0.0.0', '::'].map((HostIp) => ({ HostIp, HostPort: '8080' }));
  expect(
    publishedPorts({
      '80/tcp': everywhere,
      '53/udp': [{ HostIp: '127.0.0.1', HostPort: '49153' }],
      '81/tcp': [{ HostIp: '::1', HostPort: '81' }],
      '443/tcp': null,
    }),
  ).toEqual(['8080:80/tcp', '127.0.0.1:49153:53/udp', '[::1]:81:81/tcp']);
});
