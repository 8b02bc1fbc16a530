import { IncomingMessage } from 'node:http';
import { addAbortSignal } from 'node:stream';
import { callbackify } from 'node:util';
import type Docker from 'dockerode';

type Modem = Docker['modem'];

/**
 * Makes every answer that isn't a stream end, whole or with the connection's error. docker-modem reads such an answer itself and
 * has no ear for a connection that breaks behind its head (5.0: `buildRequest`), so that whoever waits for the end of a container
 * (the engine sends the head at once, and the rest when it comes) would wait for ever when the engine is killed.
 */
export function awaitWholeAnswers(modem: Modem): void {
  const dial = modem.dial.bind(modem);
  modem.dial = (options, callback = () => undefined) => {
    if (options.isStream === true || options.hijack === true || options.openStdin === true)
      return dial(options, callback);
    return dial({ ...options, isStream: true }, (error, answer) => {
      if (error !== null || !(answer instanceof IncomingMessage)) return callback(error, answer);
      // Node's own signal ends the asking, not always the answer.
      if (options.abortSignal !== undefined) addAbortSignal(options.abortSignal, answer);
      return whole(answer, callback);
    });
  };
}

const whole = callbackify(read);

/** As docker-modem does: JSON where it is some, else the bytes. */
async function read(answer: IncomingMessage): Promise<object> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  try {
    const parsed: unknown = JSON.parse(body.toString());
    return typeof parsed === 'object' && parsed !== null ? parsed : body;
  } catch {
    return body;
  }
}
