import { describe, expect, it } from 'vitest';
import { kubePodEndpoint } from './kube-pod.ts';

const hostOf = (address: string) => kubePodEndpoint(address, {}).host;

describe('BuildKit in a pod', () => {
  it.each([
    ['kube-pod://buildkit-0', 'kube-pod://buildkit-0'],
    ['kube-pod://buildkit.0/', 'kube-pod://buildkit.0'],
    ['kube-pod://b?namespace=build', 'kube-pod://b?namespace=build'],
    ['kube-pod://b?container=buildkitd&context=kind-desk', 'kube-pod://b?context=kind-desk&container=buildkitd'],
    ['kube-pod://b?context=admin%40desk', 'kube-pod://b?context=admin%40desk'],
    [
      'kube-pod://b?context=arn:aws:eks:eu-north-1:1234:cluster/desk',
      'kube-pod://b?context=arn%3Aaws%3Aeks%3Aeu-north-1%3A1234%3Acluster%2Fdesk',
    ],
  ])('%s', (address, host) => {
    expect(hostOf(address)).toBe(host);
    expect(hostOf(host)).toBe(host);
  });

  it.each([
    ['no pod', 'kube-pod://'],
    ['no pod and a context', 'kube-pod://?context=desk'],
    ['an option as a pod', 'kube-pod://--kubeconfig=x'],
    ['a pod that begins with a hyphen', 'kube-pod://-b'],
    ['a pod with a slash', 'kube-pod://deployment/b'],
    ['a pod in capitals', 'kube-pod://Buildkit'],
    ['a pod with a blank', 'kube-pod://b%20c'],
    ['a pod with a line break', 'kube-pod://b\nc'],
    ['a user', 'kube-pod://me@b'],
    ['a port', 'kube-pod://b:1234'],
    ['a path', 'kube-pod://b/c'],
    ['a fragment', 'kube-pod://b#c'],
    ['an option as a context', 'kube-pod://b?context=--kubeconfig=x'],
    ['an empty context', 'kube-pod://b?context='],
    ['a line break in a context', 'kube-pod://b?context=desk%0Ax'],
    ['a second context', 'kube-pod://b?context=desk&context=other'],
    ['an option as a namespace', 'kube-pod://b?namespace=-n'],
    ['a namespace with a dot', 'kube-pod://b?namespace=a.b'],
    ['an option as a container', 'kube-pod://b?container=-c'],
    ['a container that is too long', `kube-pod://b?container=${'c'.repeat(64)}`],
    ['another option', 'kube-pod://b?kubeconfig=x'],
    ['an option of every object', 'kube-pod://b?constructor=x'],
    ['one slash', 'kube-pod:/b'],
  ])('is not told by %s', (_, address) => {
    expect(() => hostOf(address)).toThrow(/./);
  });
});
