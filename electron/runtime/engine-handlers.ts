import type { RuntimeHandlers } from '@shared/contract/index.ts';
import { appFailure } from '@shared/model/app-error.ts';
import { formatMoment } from '@shared/format/moment.ts';
import { automaticEngine, EngineName, type EngineListing, type NamedEngine } from '@shared/model/named-engine.ts';
import { parseBuildKitEndpoint } from '../docker/connection/buildkit-endpoint.ts';
import { InvalidAddress, parseEndpoint } from '../docker/connection/endpoint.ts';
import type { ProcessIdentity } from '../engine/journal.ts';
import type { CredentialSource } from '../engine/ports.ts';
import { setUpEmulation } from '../engine/set-up-emulation.ts';
import type { Engines, EngineView } from '../engine/ports/engines.ts';
import type { SettingsStore } from '../store/settings.ts';

/** The operations on the engines. That one isn't there is an answer here, not an error. */
export function engineHandlers(
  engines: Engines,
  settings: SettingsStore,
  credentials: CredentialSource,
  self: ProcessIdentity,
): RuntimeHandlers['engine'] {
  const listing = ({ name, kind, status, latencyMs, lastSeen }: EngineView, isDefault: boolean): EngineListing => {
    const named = settings.get().engines.find((each) => each.name === name);
    return {
      name,
      ...(named === undefined ? {} : { host: named.host }),
      ...(named?.tls === undefined ? {} : { tls: named.tls }),
      kind,
      isDefault,
      status,
      ...(latencyMs === undefined ? {} : { latencyMs }),
      ...(lastSeen === undefined ? {} : { lastSeen: formatMoment(lastSeen) }),
    };
  };
  const list = () => engines.list().map((view, index) => listing(view, index === 0));
  const listed = (name: string): EngineListing => {
    const found = list().find((each) => each.name === name);
    if (found === undefined) throw unknown(name);
    return found;
  };
  const unknown = (name: string) =>
    appFailure('engine.unknown', {
      params: {
        name,
        known: list()
          .map((each) => each.name)
          .join(', '),
      },
      fixes: [{ kind: 'editInputs' }],
    });
  const first = () => list()[0]?.name ?? automaticEngine;

  return {
    status: async () => listed(first()).status,
    find: (_input, signal) => engines.find(first(), signal),
    list: async () => list(),
    async add(given) {
      const engine = checked(given, [automaticEngine, ...settings.get().engines.map(({ name }) => name)]);
      settings.update({ engines: [...settings.get().engines, engine] });
      engines.lookFor([engine.name]);
      return listed(engine.name);
    },
    async remove({ name }) {
      const { engines: named, defaultEngine } = settings.get();
      if (!named.some((each) => each.name === name)) throw unknown(name);
      settings.update({
        engines: named.filter((each) => each.name !== name),
        ...(defaultEngine === name ? { defaultEngine: automaticEngine } : {}),
      });
    },
    async use({ name }) {
      listed(name);
      settings.update({ defaultEngine: name });
      engines.lookFor([name]);
    },
    async test({ name }, signal) {
      const { state } = await engines.find(name, signal);
      if (state === 'ready' && listed(name).latencyMs === undefined) await engines.find(name, signal);
      return listed(name);
    },
    async setUpEmulation({ name = first() }, signal) {
      const used = engines.use(name);
      try {
        await setUpEmulation(used.engine, settings.get().emulationImage, credentials, self, signal);
        return used.engine.status();
      } finally {
        used.release();
      }
    },
  };
}

/** An address is only read here. */
const nobody = () => Promise.reject(new Error('nothing is started for an address that is read'));

/** @throws AppFailure `engine.nameInvalid | nameTaken | addressInvalid` */
function checked({ name, host, tls, kind }: NamedEngine, taken: readonly string[]): NamedEngine {
  const fixes = [{ kind: 'editInputs' as const }];
  if (!EngineName.safeParse(name).success) throw appFailure('engine.nameInvalid', { params: { name }, fixes });
  if (taken.some((each) => each.toLowerCase() === name.toLowerCase()))
    throw appFailure('engine.nameTaken', { params: { name }, fixes });
  try {
    const options = { env: {}, ...(tls === undefined ? {} : { tls: { verify: true } }) };
    const endpoint =
      kind === 'buildkit'
        ? parseBuildKitEndpoint(host.trim(), { ...options, startInContainer: nobody })
        : parseEndpoint(host.trim(), options);
    const network = endpoint.host.startsWith('tcp://');
    if (tls !== undefined && !network) throw new InvalidAddress('certificates are for tcp:// addresses');
    if (tls === undefined && host.trim().startsWith('https:'))
      throw new InvalidAddress('write tcp://, and say which certificates are believed');
    return { name, host: endpoint.host, kind, ...(tls === undefined ? {} : { tls }) };
  } catch (error) {
    if (!(error instanceof InvalidAddress)) throw error;
    throw appFailure('engine.addressInvalid', { params: { reason: error.message }, fixes });
  }
}
