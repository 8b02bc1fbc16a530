import type { EngineInfo, EngineStatus } from './engine-status.ts';

/** A Docker engine as tests need one that nobody asks anything. */
export const engineInfo: EngineInfo = {
  host: 'unix:///run/docker.sock',
  source: 'setting',
  product: 'Docker',
  version: '28.5.2',
  apiVersion: '1.51',
  os: 'linux',
  architecture: 'amd64',
  builder: 'containerd',
  buildShell: 'left',
  storageDriver: 'overlayfs',
  platforms: ['linux/amd64'],
  embedded: false,
};

/** It, there. */
export function readyEngine(info: Partial<EngineInfo> = {}): EngineStatus {
  return { state: 'ready', attempts: [], info: { ...engineInfo, ...info } };
}
