import { client } from '../api/client.ts';
import { navigate } from './location.ts';
import { paths } from './paths.ts';
import { notifyFailure } from '../components/index.ts';

/** Asks for a task file in the system's dialog and opens it: what it will do is shown, nothing runs. */
export function chooseTaskFile(): void {
  client.app.chooseTaskFile().then((file) => {
    if (file !== null) navigate(paths.task(file));
  }, notifyFailure);
}
