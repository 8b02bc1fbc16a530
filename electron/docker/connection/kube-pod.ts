import { connectThrough } from './program-connection.ts';
import { type Endpoint, InvalidAddress } from './endpoint.ts';

/** A pod with BuildKit in it. What is left out is kubectl's to choose, as the user's own configuration has it. */
interface Pod {
  readonly name: string;
  readonly context?: string;
  readonly namespace?: string;
  readonly container?: string;
}

/** Kubernetes: names of pods are DNS subdomains, those of namespaces and containers DNS labels. None of them begins with a hyphen. */
const subdomain = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const label = /^(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
/** Of kubectl's configuration; the tools of clouds put addresses in there (`arn:aws:eks:…:cluster/name`, `admin@desk`). */
const contextName = /^[A-Za-z0-9][-A-Za-z0-9_.@:/]{0,252}$/;

const options = { context: contextName, namespace: label, container: label } as const;

/**
 * Reads `kube-pod://name?context=…&namespace=…&container=…`, as buildx has it: BuildKit in a pod, reached by the user's own `kubectl`.
 * @throws InvalidAddress
 */
export function kubePodEndpoint(address: string, env: NodeJS.ProcessEnv): Endpoint {
  const [, name = '', query = ''] = /^kube-pod:\/\/([^/?#]*)\/?(?:\?([^#]*))?$/.exec(address) ?? [];
  if (!subdomain.test(name)) throw new InvalidAddress('kube-pod:// is followed by the name of a pod');
  const given = new URLSearchParams(query);
  for (const key of given.keys())
    if (!Object.hasOwn(options, key))
      throw new InvalidAddress(`a pod is told by context, namespace and container, not by ${key}`);
  const option = (key: keyof typeof options): Partial<Pod> => {
    const [value, ...more] = given.getAll(key);
    if (value === undefined) return {};
    if (more.length > 0) throw new InvalidAddress(`${key} is there twice`);
    if (!options[key].test(value)) throw new InvalidAddress(`this is no ${key}: ${value}`);
    return { [key]: value };
  };
  const pod: Pod = { name, ...option('context'), ...option('namespace'), ...option('container') };
  const { name: _name, ...chosen } = pod;
  const shown = new URLSearchParams({ ...chosen }).toString();
  return {
    host: `kube-pod://${name}${shown === '' ? '' : `?${shown}`}`,
    local: false,
    dial: () => connectThrough('kubectl', kubectlArguments(pod), env),
  };
}

/** Values are written with their options in one word, and all of them were checked: none is taken for an option of its own. */
export function kubectlArguments({ name, context, namespace, container }: Pod): readonly string[] {
  return [
    ...(context === undefined ? [] : [`--context=${context}`]),
    ...(namespace === undefined ? [] : [`--namespace=${namespace}`]),
    'exec',
    ...(container === undefined ? [] : [`--container=${container}`]),
    '--stdin',
    name,
    '--',
    'buildctl',
    'dial-stdio',
  ];
}
