// Plain requests to an engine's socket or to a registry: the parts are checked without the code that they test.
import http from 'node:http';

export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
}

export interface RequestOptions {
  method?: string;
  headers?: http.OutgoingHttpHeaders;
  body?: string | Buffer;
}

/** `base` is `unix:///path/to.sock` or `http://host:port`. */
export function request(base: string, path: string, options: RequestOptions = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers, body } = options;
    const sent = http.request(
      {
        ...target(base),
        path,
        method,
        headers: { ...headers, ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The same, where anything but 2xx is an error that quotes the answer. */
export async function expectOk(base: string, path: string, options: RequestOptions = {}): Promise<Answer> {
  const answer = await request(base, path, options);
  if (answer.status < 200 || answer.status > 299) {
    throw new Error(`${options.method ?? 'GET'} ${path} of ${base}: ${answer.status} ${answer.body.toString().trim()}`);
  }
  return answer;
}

/** The same, with JSON on both sides. */
export async function json<T>(
  base: string,
  path: string,
  options: { method?: string; json?: unknown } = {},
): Promise<T> {
  const answer = await expectOk(base, path, {
    method: options.method ?? 'GET',
    ...(options.json === undefined
      ? {}
      : { body: JSON.stringify(options.json), headers: { 'content-type': 'application/json' } }),
  });
  return (answer.body.length > 0 ? JSON.parse(answer.body.toString()) : undefined) as T;
}

/** The status that a request to become another protocol gets: 101 where the server agrees. */
export function upgrade(base: string, path: string, protocol: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = http.request({
      ...target(base),
      path,
      method: 'POST',
      headers: { connection: 'Upgrade', upgrade: protocol },
    });
    sent.on('error', reject);
    sent.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve(response.statusCode ?? 0);
    });
    sent.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.end();
  });
}

function target(base: string): http.RequestOptions {
  const url = new URL(base);
  if (url.protocol === 'unix:') return { socketPath: url.pathname, headers: { host: 'docker' } };
  return { host: url.hostname, port: url.port };
}
