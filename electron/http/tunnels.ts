// Connections through a proxy, which end when it hangs up or says nothing.
import type { Dispatcher } from 'undici';

type Told = (error: Error | null, data: Dispatcher.ConnectData) => void;

/** What undici's clients take for a connection that was closed while nobody used it, and ask again for. */
const closedSocket = 'UND_ERR_SOCKET';

/**
 * What undici's proxy agents open their connections with (`clientFactory`). Their own one asks a proxy that hangs up again, at once
 * and without end, and waits five minutes for one that is silent (undici 7.30). Here the first is the end of the request, with
 * `ECONNRESET`; the second after `silence` milliseconds.
 */
export async function openTunnels(silence: number): Promise<(origin: URL, options: object) => Dispatcher> {
  const { Pool } = await import('undici');
  class Tunnels extends Pool {
    override connect(options: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData>;
    override connect(options: Dispatcher.ConnectOptions, told: Told): void;
    override connect(options: Dispatcher.ConnectOptions, told?: Told): Promise<Dispatcher.ConnectData> | void {
      if (told !== undefined) return super.connect(options, told);
      return super.connect(options).catch((error: unknown) => {
        if (!(error instanceof Error) || !('code' in error) || error.code !== closedSocket) throw error;
        const hungUp = new Error(`the proxy hung up: ${error.message}`, { cause: error });
        throw Object.assign(hungUp, { code: 'ECONNRESET' });
      });
    }
  }
  return (origin, options) => new Tunnels(origin, { ...options, headersTimeout: silence });
}
