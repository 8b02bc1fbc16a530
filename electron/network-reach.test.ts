import { expect, it } from 'vitest';
import { reachOf } from './network-reach.ts';

it.each([
  ['169.254.169.254', 'forbidden'],
  ['::ffff:169.254.169.254', 'forbidden'],
  ['::ffff:a9fe:a9fe', 'forbidden'],
  ['64:ff9b::a9fe:a9fe', 'forbidden'],
  ['2002:a9fe:a9fe::1', 'forbidden'],
  ['fe80::1', 'forbidden'],
  ['fd00:ec2::254', 'forbidden'],
  ['0.0.0.0', 'forbidden'],
  ['::', 'forbidden'],
  ['127.0.0.1', 'local'],
  ['127.9.9.9', 'local'],
  ['::1', 'local'],
  ['::ffff:127.0.0.1', 'local'],
  ['::ffff:7f00:1', 'local'],
  ['64:ff9b::7f00:1', 'local'],
  ['10.1.2.3', 'local'],
  ['172.31.0.1', 'local'],
  ['192.168.7.7', 'local'],
  ['100.64.0.1', 'local'],
  ['fd12:3456::1', 'local'],
  ['255.255.255.255', 'local'],
  ['172.32.0.1', 'public'],
  ['140.82.112.3', 'public'],
  ['2606:50c0:8000::153', 'public'],
  ['::ffff:140.82.112.3', 'public'],
])('%s is %s', (address, reach) => {
  expect(reachOf(address)).toBe(reach);
});
