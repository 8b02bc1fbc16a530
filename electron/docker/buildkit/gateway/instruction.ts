import { createHash } from 'node:crypto';
import type { Decoded } from '../proto/message.ts';
import { type Definition, type Input, type Meta, type Mount, Op, type Platform } from '../proto/llb.ts';

/** An instruction that runs a program, as BuildKit has it. */
export interface Instruction {
  /** As the program was started. */
  readonly meta: Meta;
  readonly mounts: readonly Mount[];
  /** What builds what its mounts begin as, in their order; `undefined` for those that begin empty. */
  readonly inputs: readonly (Definition | undefined)[];
  readonly network: number;
  readonly security: number;
  readonly secretEnv: readonly Uint8Array[];
  readonly platform: Decoded<typeof Platform> | undefined;
}

/** The instruction of this digest; `undefined` when it isn't there, or runs nothing. */
export function findInstruction(definition: Definition, digest: string): Instruction | undefined {
  const ops = new Map(definition.ops.map((bytes) => [digestOf(bytes), bytes]));
  const bytes = ops.get(digest);
  if (bytes === undefined) return undefined;
  const { inputs, exec, platform } = Op.decode(bytes);
  if (exec?.meta === undefined) return undefined;
  const { meta, mounts, network, security, secretEnv } = exec;
  const ofMounts = mounts.map(({ input }) => {
    const edge = inputs[input];
    return edge === undefined ? undefined : partOf(definition, ops, edge);
  });
  return { meta, mounts, inputs: ofMounts, network, security, secretEnv, platform };
}

/** What of a graph leads to one of its vertices. */
function partOf(definition: Definition, ops: ReadonlyMap<string, Uint8Array>, edge: Input): Definition {
  const needed = new Set<string>();
  const visit = (digest: string): void => {
    const bytes = ops.get(digest);
    if (bytes === undefined || needed.has(digest)) return;
    needed.add(digest);
    for (const input of Op.decode(bytes).inputs) visit(input.digest);
  };
  visit(edge.digest);
  return {
    ops: [...[...ops].flatMap(([digest, bytes]) => (needed.has(digest) ? [bytes] : [])), Op.encode({ inputs: [edge] })],
    // Whether the cache counts is said in there.
    metadata: definition.metadata.filter(({ digest }) => needed.has(digest)),
  };
}

/** By which vertices are known everywhere in BuildKit. */
function digestOf(op: Uint8Array): string {
  return `sha256:${createHash('sha256').update(op).digest('hex')}`;
}

/** The variables that its program had, but those that hold secrets. Proxies are no part of an image, and kept apart. */
export function environmentOf({ env, proxyEnv }: Meta): readonly string[] {
  const proxies = [
    ['http_proxy', proxyEnv?.http],
    ['https_proxy', proxyEnv?.https],
    ['ftp_proxy', proxyEnv?.ftp],
    ['no_proxy', proxyEnv?.no],
    ['all_proxy', proxyEnv?.all],
  ].flatMap(([name = '', value = '']) => (value === '' ? [] : [`${name.toUpperCase()}=${value}`, `${name}=${value}`]));
  return [...env, ...proxies];
}
