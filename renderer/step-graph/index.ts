export { StepGraph } from './step-graph.tsx';
export type { ActiveStep } from './step-graph.tsx';
export { NodeButton, shownText } from './node-button.tsx';
export type { NodeProps } from './node-button.tsx';
export { unmarked } from './graph-edges.tsx';
export type { EdgeMarks } from './graph-edges.tsx';
