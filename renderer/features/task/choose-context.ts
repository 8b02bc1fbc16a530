import { client } from '../../api/client.ts';
import { notifyFailure } from '../../components/index.ts';
import type { FormPartProps } from './run-task-screen.tsx';

/** Asks for the context folder in the system's dialog. */
export function chooseContext(onForm: FormPartProps['onForm']): void {
  client.app.chooseFolder().then((context) => {
    if (context !== null) onForm((now) => ({ ...now, context }));
  }, notifyFailure);
}
