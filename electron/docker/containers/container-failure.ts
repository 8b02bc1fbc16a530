import { type AppFailure, appFailure } from '@shared/model/app-error.ts';
import { isConnectionError, statusOf } from '../failures.ts';

/** The options of a container that have a syntax of their own. */
export type ContainerOption = 'ports' | 'expose' | 'cpus' | 'memory';

/** An option whose text makes no sense. */
export function invalidOption(option: ContainerOption, text: string): AppFailure {
  return appFailure('container.invalid', {
    params: { option, text: `${option}: ${text}` },
    fixes: [{ kind: 'editInputs' }],
  });
}

/** The engine's words without what dockerode puts around them. */
export function engineWords(error: Error): string {
  return error.message.replace(/^\(HTTP code \d+\) .*? - /, '').trim();
}

/**
 * Why a container, or what it needs, was not made. What isn't about the request is returned as it is.
 * @param image the one that it was to be of, if any
 */
export function creationFailure(error: unknown, image?: string): unknown {
  if (!(error instanceof Error) || isConnectionError(error)) return error;
  const status = statusOf(error);
  const cause = engineWords(error);
  if (
    image !== undefined &&
    status === 404 &&
    /no such image|does not (?:match|provide) the specified platform/i.test(cause)
  )
    return appFailure('image.notFound', { params: { image }, cause, fixes: [{ kind: 'retry' }] }, error);
  // 403 and 404: a network driver, or a plugin for volumes, that the engine doesn't have or allow. Docker 20.10 has 500 for some options.
  const invalid = status === 500 && /^invalid \w/i.test(cause);
  const refused = invalid || status === 400 || status === 403 || status === 404 || status === 409;
  if (!refused) return error;
  return appFailure('container.invalid', { cause, fixes: [{ kind: 'editInputs' }] }, error);
}

/**
 * Why a container that was made didn't start, with the exit code that `docker run` has for it (docker/cli:
 * runStartContainerErr): 127 for a command that isn't there, 126 for one that can't be run, else 125.
 */
export function startFailure(error: unknown): unknown {
  if (!(error instanceof Error) || isConnectionError(error) || statusOf(error) === undefined) return error;
  const cause = engineWords(error);
  if (/no space left on device/i.test(cause)) return error;
  const port = portOf(cause);
  const command = /exec: "((?:[^"\\]|\\.)*)"/.exec(cause)?.[1];
  const params = {
    exitCode: port === undefined ? exitCodeOf(cause) : 125,
    ...(port === undefined ? {} : { port }),
    ...(command === undefined ? {} : { command }),
  };
  return appFailure('container.startFailed', { params, cause, fixes: [{ kind: 'editInputs' }] }, error);
}

function exitCodeOf(words: string): 125 | 126 | 127 {
  if (
    /executable file not found|no such file or directory|system cannot find the file specified|failed to run runc create\/exec call/i.test(
      words,
    )
  )
    return 127;
  return /permission denied|is a directory/i.test(words) ? 126 : 125;
}

/** The port of the host that somebody else has. */
function portOf(words: string): number | undefined {
  if (!/port is already allocated|address already in use/i.test(words)) return undefined;
  const [, port] = /(?:bind for|bind host port(?: for)?|listen \w+) (?:[\d.]*|\[[^\]]*\]|:*):(\d+)/i.exec(words) ?? [];
  return port === undefined ? undefined : Number(port);
}
