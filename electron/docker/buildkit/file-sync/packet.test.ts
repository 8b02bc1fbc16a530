import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { WalkEntry } from '../../../engine/context/walk.ts';
import {
  dataHeaderRoom,
  dataPacket,
  endOfStats,
  errorPacket,
  fin,
  packetType,
  readReceiverPacket,
  statPacket,
} from './packet.ts';
import { readPacket } from './test-receiver.ts';

const anyEntry: fc.Arbitrary<WalkEntry> = fc.record({
  path: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }),
  mode: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  size: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.maxSafeNat()),
  mtime: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  linkname: fc.string({ unit: 'grapheme', maxLength: 300 }),
  deviceMajor: fc.integer({ min: 0, max: 0xfff }),
  deviceMinor: fc.integer({ min: 0, max: 0xfffff }),
});

it('says of an entry what the receiver reads', () => {
  fc.assert(
    fc.property(anyEntry, (entry) => {
      expect(readPacket(statPacket(entry)).stat).toEqual(entry);
    }),
  );
});

it.each([0, 1, 127, 128, 300, 99_999, 2 ** 31, 2 ** 32 - 1])(
  'puts the header of DATA %d in front of the content',
  (id) => {
    for (const length of [0, 1, 127, 128, 65_536]) {
      const buffer = Buffer.alloc(dataHeaderRoom + length, 'x');
      const { type, data, ...rest } = readPacket(dataPacket(id, buffer, length));
      expect({ type, id: rest.id, length: data.length }).toEqual({ type: packetType.data, id, length });
      expect(data.every((byte) => byte === 0x78)).toBe(true);
    }
  },
);

it('ends the STATs with an empty one, and answers FIN with FIN', () => {
  expect(readPacket(endOfStats)).toMatchObject({ type: packetType.stat, stat: undefined });
  expect(readPacket(fin)).toMatchObject({ type: packetType.fin });
  expect(Buffer.from(readPacket(errorPacket('가 '.repeat(100))).data).toString()).toBe('가 '.repeat(100));
});

it.each<[bytes: number[], said: unknown]>([
  [[0x08, 1, 0x18, 0xac, 0x02], { kind: 'request', id: 300 }],
  [[0x08, 1], { kind: 'request', id: 0 }],
  [[0x18, 7, 0x08, 1], { kind: 'request', id: 7 }],
  [[0x08, 3], { kind: 'fin' }],
  [[0x08, 4, 0x22, 2, 0x6e, 0x6f], { kind: 'error', message: 'no' }],
  [[0x08, 1, 0x18, 5, 0x7a, 1, 0], { kind: 'request', id: 5 }],
])('reads %j', (bytes, said) => {
  expect(readReceiverPacket(Uint8Array.from(bytes))).toEqual(said);
});

it.each([[[]], [[0x08, 2]], [[0x08, 9]], [[0x22, 200]]])('refuses what no receiver says: %j', (bytes: number[]) => {
  expect(() => readReceiverPacket(Uint8Array.from(bytes))).toThrow();
});
