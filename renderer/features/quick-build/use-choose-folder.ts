import { client } from '../../api/client.ts';
import { navigate } from '../../app/location.ts';
import { paths } from '../../app/paths.ts';
import { notifyFailure } from '../../components/index.ts';

/** Asks for a folder in the system's dialog and opens the form for it. */
export function useChooseFolder(): () => void {
  return () => {
    client.app.chooseFolder().then((folder) => {
      if (folder !== null) navigate(paths.build(folder));
    }, notifyFailure);
  };
}
