import type { Platform } from './platform.ts';

/** The system of the containers that steps are: that of their engine. */
export type ContainerSystem = Platform['os'];

/** Where a step's container has what all steps share. */
export interface StepPlaces {
  /** The shared files of a run. */
  readonly workspace: string;
  /** What the home variable of every step names. */
  readonly home: string;
  readonly homeVariable: string;
  /** Where an engine is reached, in a container that may use it and on its own machine. */
  readonly dockerSocket: string;
}

/** As ACR has them (spec: task-yaml 6.1, 6.3, 15.1). */
export const stepPlaces: Readonly<Record<ContainerSystem, StepPlaces>> = {
  linux: {
    workspace: '/workspace',
    home: '/acb/home',
    homeVariable: 'HOME',
    dockerSocket: '/var/run/docker.sock',
  },
  windows: {
    workspace: 'c:\\workspace',
    home: 'c:\\acb\\home',
    homeVariable: 'USERPROFILE',
    dockerSocket: '\\\\.\\pipe\\docker_engine',
  },
};

/** Whether a working directory is the one that a step has without a word. */
export function isWorkspace(folder: string): boolean {
  return folder === stepPlaces.linux.workspace || folder === stepPlaces.windows.workspace;
}
