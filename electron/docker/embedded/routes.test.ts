import { describe, expect, it } from 'vitest';
import { overlap, parseRoutes } from './routes.ts';

// As /proc/net/route has it: a default route, 192.0.2.0/24 and 10.128.16.0/20.
const table = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
br0\t0010800A\t00000000\t0001\t0\t0\t0\t00F0FFFF\t0\t0\t0
`;

const network = (a: number, b: number, c: number, mask: number) => ({
  address: ((a << 24) | (b << 16) | (c << 8)) >>> 0,
  mask,
});

describe('the routes of this machine', () => {
  it('are read without the default one', () => {
    expect(parseRoutes(table)).toEqual([network(192, 0, 2, 0xffffff00), network(10, 128, 16, 0xfffff000)]);
  });

  it.each([
    ['the same network', network(10, 128, 16, 0xfffff000), true],
    ['one inside it', network(10, 128, 20, 0xffffff00), true],
    ['one around it', network(10, 0, 0, 0xff000000), true],
    ['its neighbour', network(10, 128, 32, 0xfffff000), false],
  ])('meet %s or not', (_what, other, meets) => {
    expect(overlap(network(10, 128, 16, 0xfffff000), other)).toBe(meets);
  });
});
