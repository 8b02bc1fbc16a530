import { appFailure } from '@shared/model/app-error.ts';
import { DockerfileLines } from './dockerfile-lines.ts';

/**
 * Refuses a Dockerfile without a stage: asked to build one, dockerd 20.10 dies (an index out of range in its BuildKit),
 * and every container of the machine with it. A file for another frontend (`# syntax=`) need not look like a Dockerfile.
 * @throws `dockerfile.invalid`, in the words of newer daemons
 */
export function checkDockerfile(text: string, file: string): void {
  if (hasSyntaxDirective(text)) return;
  const lines = new DockerfileLines(text);
  if (lines.hasStages) return;
  const message = lines.isEmpty ? 'the Dockerfile cannot be empty' : 'dockerfile contains no stages to build';
  throw appFailure('dockerfile.invalid', {
    params: { message },
    where: { file },
    cause: message,
    fixes: [{ kind: 'retry' }],
  });
}

/** Directives (`# escape=…`) stand at the very top, each on a line of its own; the first line that is none ends them. */
function hasSyntaxDirective(text: string): boolean {
  for (const line of text.replace(/^\uFEFF/, '').split('\n')) {
    const name = /^(?:#|\/\/)\s*([a-z][a-z0-9]*)\s*=\s*\S/i.exec(line)?.[1];
    if (name === undefined) return false;
    if (name.toLowerCase() === 'syntax') return true;
  }
  return false;
}
