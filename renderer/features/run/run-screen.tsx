import { Page } from '../../components/index.ts';

export function RunScreen({ runId }: { readonly runId: string }) {
  return <Page title={runId}>{null}</Page>;
}
