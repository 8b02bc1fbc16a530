import { expect, it } from 'vitest';
import { parsePorts } from './port-mappings.ts';

const on = (HostPort: string, HostIp = '') => [{ HostIp, HostPort }];

it.each([
  ['80', { '80/tcp': on('') }],
  ['8080:80', { '80/tcp': on('8080') }],
  ['8080:80/udp', { '80/udp': on('8080') }],
  ['8080:80/SCTP', { '80/sctp': on('8080') }],
  ['127.0.0.1:8080:80', { '80/tcp': on('8080', '127.0.0.1') }],
  ['127.0.0.1::80', { '80/tcp': on('', '127.0.0.1') }],
  ['[::1]:8080:80', { '80/tcp': on('8080', '::1') }],
  ['[::]::80/tcp', { '80/tcp': on('', '::') }],
  ['0:80', { '80/tcp': on('0') }],
  ['8000-8001:80-81', { '80/tcp': on('8000'), '81/tcp': on('8001') }],
  ['8000-8010:80', { '80/tcp': on('8000-8010') }],
  ['80-82', { '80/tcp': on(''), '81/tcp': on(''), '82/tcp': on('') }],
  ['1.2.3.4:65535:65535', { '65535/tcp': on('65535', '1.2.3.4') }],
])('publishes %s', (text, bindings) => {
  const ports = parsePorts([text], []);
  expect(ports.bindings).toEqual(bindings);
  expect(Object.keys(ports.exposed)).toEqual(Object.keys(bindings));
});

it('publishes a port twice', () => {
  expect(parsePorts(['8080:80', '127.0.0.1:9090:80'], []).bindings).toEqual({
    '80/tcp': [...on('8080'), ...on('9090', '127.0.0.1')],
  });
});

it.each([
  ['81', ['81/tcp']],
  ['81/udp', ['81/udp']],
  ['7000-7002/tcp', ['7000/tcp', '7001/tcp', '7002/tcp']],
])('exposes %s', (text, exposed) => {
  expect(parsePorts([], [text])).toEqual({
    exposed: Object.fromEntries(exposed.map((one) => [one, {}])),
    bindings: {},
  });
});

it.each([
  '',
  ':',
  ':80',
  '80:',
  '8080:80:',
  'http',
  '8080:http',
  '-80',
  '80-',
  '81-80',
  '0',
  '8080:0',
  '65536',
  '65536:80',
  '123456',
  '80/',
  '80/icmp',
  '80/tcp/udp',
  '8080/tcp:80',
  '8000-8001:80-82',
  '8000:80-81',
  '1.2.3:80:80',
  '1.2.3.4.5:80:80',
  'localhost:80:80',
  '::1:80:80',
  '[::1]',
  '[::1]80',
  '[]:80:80',
  '[127.0.0.1]:80:80',
  '[fe80::1%eth0]:80:80',
  '1:2:3:4',
  '8080: 80',
  ' 80',
  '80\n',
  '8080:80;rm',
  '٨٠',
  '0x50',
  '1e2',
])('doesn’t make sense of the port %j', (text) => {
  expect(() => parsePorts([text], [])).toThrow(
    expect.objectContaining({
      error: expect.objectContaining({
        code: 'container.invalid',
        params: { option: 'ports', text: `ports: ${text}` },
      }) as unknown,
    }),
  );
});

it.each(['', '0', '8080:80', '80-', 'http', '80/icmp', '127.0.0.1:80'])('doesn’t expose %j', (text) => {
  expect(() => parsePorts([], [text])).toThrow(
    expect.objectContaining({
      error: expect.objectContaining({ params: { option: 'expose', text: `expose: ${text}` } }) as unknown,
    }),
  );
});
