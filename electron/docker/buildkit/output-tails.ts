/** Bytes kept of each vertex: a few lines, as errors need them. */
const kept = 2048;

/** The end of each vertex's output. */
export class OutputTails {
  private readonly byVertex = new Map<number, Uint8Array>();

  add(vertex: number, data: Uint8Array): void {
    const before = this.byVertex.get(vertex);
    const joined = before === undefined || data.length >= kept ? data : Buffer.concat([before, data]);
    // A copy: the slice would hold on to the whole message.
    this.byVertex.set(vertex, Uint8Array.from(joined.subarray(-kept)));
  }

  of(vertex: number): string {
    return Buffer.from(this.byVertex.get(vertex) ?? []).toString();
  }
}
